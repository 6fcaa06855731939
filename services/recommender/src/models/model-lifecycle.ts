import type { Logger } from "@craic/runtime/log.js";
import {
  type Channel,
  type ChannelRecord,
  channelNames,
  emptyRecord,
  lastSwitch,
  rollbackTargets,
  rolledBack,
  type SwitchCause,
  switched,
} from "./channels.js";
import { UnreadableChannels, UnwritableChannels } from "./channels-file.js";
import type { CurrentModel, LoadedModel } from "./current-model.js";
import { type ModelDirectory, UnusableModel } from "./model-directory.js";
import { digestOf, isRejected } from "./model-manifest.js";
import { Refusal } from "./model-refusal.js";
import { compareVersions } from "./model-version.js";

/** Another model ranks for everybody from now on. */
export interface ControlSwitch {
  /** undefined when popularity ranked. */
  readonly from: LoadedModel | undefined;
  readonly to: LoadedModel;
  readonly cause: SwitchCause;
}

/** What an operator, or the guard, says with a switch. */
export interface Wish {
  /** Only if this is published in the channel; "" asks for no such thing. */
  readonly expected: string;
  readonly cause: SwitchCause;
  readonly reason: string;
}

export interface LifecycleDependencies {
  readonly model: CurrentModel;
  readonly models: ModelDirectory;
  readonly now: () => Date;
  readonly log: Logger;
  /** Told of every switch of control in this replica. */
  readonly onControl?: (change: ControlSwitch) => void;
}

/** A version that was published in a channel and came to rank there; "" is none. */
interface Followed {
  readonly version: string;
  /** Of its file; "" without one. */
  readonly sha256: string;
}

/**
 * Which model ranks in this replica, and what is published for all of them. Everything waits for what was asked
 * before it. Whatever fails, what ranked before goes on ranking.
 */
export class ModelLifecycle {
  private readonly model: CurrentModel;
  private queue: Promise<unknown> = Promise.resolve();
  private last: ChannelRecord = emptyRecord;
  /** What each channel was made to follow last, whatever an operator has loaded since. */
  private readonly followed = new Map<Channel, Followed>();
  private readonly problems = new Map<Channel | "channels", string>();

  constructor(private readonly dependencies: LifecycleDependencies) {
    this.model = dependencies.model;
  }

  /** channels.json as it was last read. */
  get record(): ChannelRecord {
    return this.last;
  }

  /** Why a channel does not rank with what is published in it, or channels.json is not read; "" when all is well. */
  problemWith(what: Channel | "channels"): string {
    return this.problems.get(what) ?? "";
  }

  get hasProblems(): boolean {
    return this.problems.size > 0;
  }

  /** Lets the channels rank with what channels.json names where that has changed. What cannot be done is logged. */
  follow(): Promise<void> {
    return this.inTurn(async () => {
      try {
        const record = await this.read();
        if (record !== undefined) for (const channel of channelNames) await this.followIn(channel);
      } catch (error) {
        this.note("channels", error);
      }
    });
  }

  /**
   * Loads a version into a channel of this replica; says whether it was not there already. Throws Refusal,
   * UnusableModel, UnreadableChannels.
   *
   * @param version "" for what channels.json names
   * @param sha256 "" takes the manifest's word for it
   */
  reload(
    channel: Channel,
    version: string,
    sha256: string,
  ): Promise<{ model: LoadedModel; reloaded: boolean }> {
    return this.inTurn(async () => {
      await this.read().catch((error: unknown) => this.lastUnless(version === "", error));
      const published = this.last.published[channel];
      const wanted = version === "" ? published : version;
      if (wanted === undefined) throw new Refusal("CHANNEL_EMPTY", `no version is published in ${channel}`);
      const why = this.last.withdrawn[wanted];
      if (wanted !== published && why !== undefined) {
        throw new Refusal("MODEL_WITHDRAWN", `model ${version} was rolled back: ${why}`);
      }
      const model = await this.model.prepare(wanted, sha256);
      const reloaded = this.model.loadedIn(channel) !== model;
      this.put(channel, model, "operator");
      if (wanted === published) this.settle(channel, model);
      return { model, reloaded };
    });
  }

  /**
   * Publishes a version in channels and lets it rank here. Throws Refusal, UnusableModel, UnreadableChannels,
   * UnwritableChannels.
   *
   * @param version "" leaves the channels without one
   */
  switchTo(channels: readonly Channel[], version: string, wish: Wish): Promise<void> {
    return this.inTurn(async () => {
      const model = version === "" ? undefined : await this.model.prepare(version);
      await this.update(channels[0]!, wish.expected, (record) =>
        switched(record, channels, version, this.occasion(wish)),
      );
      for (const channel of channels) {
        this.put(channel, model, wish.cause);
        this.settle(channel, model);
      }
    });
  }

  /**
   * Brings back what served in a channel before. Throws Refusal, UnreadableChannels and UnwritableChannels; with
   * the last two, this replica has gone back all the same where the guard wants it.
   *
   * @param wanted which of the versions that served before, if it can be used; "" for the last of them
   */
  rollBack(channel: Channel, wish: Wish, wanted = ""): Promise<{ version: string; withdrawn: string }> {
    return this.inTurn(async () => {
      const mustGo = wish.cause === "guard";
      const record = (await this.read().catch((error) => this.lastUnless(!mustGo, error))) ?? emptyRecord;
      const worse = record.published[channel];
      if (worse === undefined) throw new Refusal("NOTHING_BEFORE", `no version is published in ${channel}`);
      const before = await this.usableBefore(record, channel, wanted);
      const target = before.manifest.version;
      try {
        await this.update(channel, wish.expected || worse, (now) =>
          rolledBack(now, channel, target, this.occasion(wish)),
        );
      } catch (error) {
        // A full disk or a damaged file must not keep people with a model that does harm.
        const isOfTheFile =
          error instanceof UnwritableChannels ||
          error instanceof UnreadableChannels ||
          error instanceof UnusableModel;
        if (mustGo && isOfTheFile) this.put(channel, before, wish.cause);
        throw error;
      }
      this.put(channel, before, wish.cause);
      this.settle(channel, before);
      return { version: target, withdrawn: worse };
    });
  }

  private async followIn(channel: Channel): Promise<void> {
    const version = this.last.published[channel] ?? "";
    if (!this.problems.has(channel) && (await this.isFollowed(channel, version))) return;
    const entry = lastSwitch(this.last, channel);
    const cause = entry?.to === version ? entry.cause : "training";
    try {
      const model = version === "" ? undefined : await this.model.prepare(version);
      // Control without a version is a volume that was emptied, not somebody's wish.
      if (model !== undefined || channel !== "control") this.put(channel, model, cause);
      this.settle(channel, model);
    } catch (error) {
      this.note(channel, error);
      if (channel === "control" && this.model.loadedIn(channel) === undefined) await this.fallBack(version);
    }
  }

  /** Whether a channel has followed this version, as it is on the volume. */
  private async isFollowed(channel: Channel, version: string): Promise<boolean> {
    const followed = this.followed.get(channel);
    if (followed?.version !== version) return false;
    if (version === "") return true;
    // What cannot be read now could not be followed either.
    const manifest = await this.dependencies.models.manifest(version).catch(() => undefined);
    return manifest === undefined || digestOf(manifest) === followed.sha256;
  }

  /** Where control cannot be used and nothing ranks yet, the newest version before it that may and can. */
  private async fallBack(control: string): Promise<void> {
    const versions = await this.dependencies.models.versions();
    const older = versions.filter((version) => compareVersions(version, control) < 0).toReversed();
    for (const version of older.filter((each) => this.last.withdrawn[each] === undefined)) {
      try {
        const model = await this.model.prepare(version);
        if (isRejected(model.manifest)) continue;
        this.put("control", model, "training");
        return;
      } catch (error) {
        this.dependencies.log.error(
          { err: error, version },
          "a model cannot be used; the one before is tried",
        );
      }
    }
  }

  private async usableBefore(record: ChannelRecord, channel: Channel, wanted: string): Promise<LoadedModel> {
    const targets = rollbackTargets(record, channel);
    const first = targets.filter((version) => version === wanted);
    for (const version of new Set([...first, ...targets])) {
      try {
        // What is in memory may be damaged on the volume, and other replicas could not follow.
        await this.dependencies.models.verify(version);
        return await this.model.prepare(version);
      } catch (error) {
        this.dependencies.log.warn({ err: error, version }, "a model cannot be rolled back to");
      }
    }
    throw new Refusal("NOTHING_BEFORE", `no usable version served in ${channel} before`);
  }

  private lastUnless(isNeeded: boolean, error: unknown): ChannelRecord {
    if (isNeeded) throw error;
    return this.last;
  }

  private async read(): Promise<ChannelRecord | undefined> {
    const record = await this.dependencies.models.channelsFile.read();
    if (record === undefined && this.last !== emptyRecord) throw goneChannels();
    this.problems.delete("channels");
    this.last = record ?? this.last;
    return record;
  }

  private async update(
    channel: Channel,
    expected: string,
    change: (record: ChannelRecord) => ChannelRecord,
  ): Promise<void> {
    this.last = await this.dependencies.models.updateChannels((record) => {
      const published = record.published[channel] ?? "";
      if (expected === "" || published === expected) return change(record);
      if (record === emptyRecord && this.last !== emptyRecord) throw goneChannels();
      throw new Refusal("CHANNEL_MOVED", `${channel} has "${published}" published, not "${expected}"`);
    });
    this.problems.delete("channels");
  }

  private put(channel: Channel, to: LoadedModel | undefined, cause: SwitchCause): void {
    const from = this.model.loadedIn(channel);
    this.model.put(channel, to);
    if (channel === "control" && to !== undefined && to !== from) {
      this.dependencies.onControl?.({ from, to, cause });
    }
  }

  private settle(channel: Channel, model: LoadedModel | undefined): void {
    this.followed.set(channel, { version: model?.manifest.version ?? "", sha256: model?.sha256 ?? "" });
    this.problems.delete(channel);
  }

  /** Remembers what is wrong and logs it, once for as long as it stays the same. */
  private note(what: Channel | "channels", error: unknown): void {
    const sentence = error instanceof Error ? error.message : String(error);
    if (this.problems.get(what) === sentence) return;
    this.problems.set(what, sentence);
    this.dependencies.log.error(
      { err: error, what },
      "what is published cannot be followed; the old model stays",
    );
  }

  private occasion({ cause, reason }: Wish) {
    return { time: this.dependencies.now().toISOString(), cause, reason };
  }

  private inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const turn = this.queue.then(step);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

/** A volume that was lost, or a file that somebody has deleted, is not one where nothing was ever published. */
function goneChannels(): UnreadableChannels {
  return new UnreadableChannels(new Error("it was there and is gone"));
}
