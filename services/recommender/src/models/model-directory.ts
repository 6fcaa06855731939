import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Channel, type ChannelRecord, type Channels, channelNames, switched } from "./channels.js";
import { ChannelsFile } from "./channels-file.js";
import { flushDirectory, ifMissing, UNFINISHED, unfinishedIn, writeFlushed } from "./durable-file.js";
import { checkDigest, decodeModel, sha256Of, type TrainedModel } from "./model-file.js";
import { MODEL_FILE, type ModelManifest, parseManifest } from "./model-manifest.js";
import { compareVersions, parseVersion } from "./model-version.js";
import type { PublishingStep } from "./publishing-steps.js";

const MANIFEST_FILE = "manifest.json";

/** Writing takes a second; what is this old was left behind. */
const ABANDONED_MS = 60 * 60_000;

/** A model whose files cannot be read, or are not what the manifest says. */
export class UnusableModel extends Error {
  constructor(version: string, cause: unknown) {
    super(`model ${version} cannot be used: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = "UnusableModel";
  }
}

/** Another version is published in a channel than was expected. */
export class ChannelMoved extends Error {
  constructor(
    channel: Channel,
    /** "" for none. */
    readonly published: string,
  ) {
    super(`${channel} has "${published}" published`);
    this.name = "ChannelMoved";
  }
}

/**
 * The models on a volume that trainer and recommenders share: a directory for each version, never changed once
 * it has its name, and channels.json. Everything is written aside, flushed to disk and renamed, so that a kill
 * at any moment leaves either all of it or nothing that is read.
 */
export class ModelDirectory {
  readonly channelsFile: ChannelsFile;

  /** @param path the directory that holds them; made if it is not there */
  constructor(readonly path: string) {
    this.channelsFile = new ChannelsFile(path);
  }

  /** Versions that are there in full, the oldest first. */
  async versions(): Promise<string[]> {
    const names = await readdir(this.path).catch(ifMissing<string[]>([]));
    return names.filter((name) => parseVersion(name) !== undefined).sort(compareVersions);
  }

  /**
   * Makes a version visible, complete. Throws if there is one of that name.
   *
   * @param afterStep is told of each step that has been taken, for tests that end the process there
   */
  async publish(
    manifest: Omit<ModelManifest, "sha256">,
    file: Uint8Array,
    afterStep: (step: PublishingStep) => void = () => undefined,
  ): Promise<ModelManifest> {
    const whole: ModelManifest = { ...manifest, sha256: { [MODEL_FILE]: sha256Of(file) } };
    const aside = unfinishedIn(this.path);
    const place = join(this.path, manifest.version);
    let isNamed = false;
    try {
      await mkdir(aside, { recursive: true });
      afterStep("directory made");
      await writeFlushed(join(aside, MODEL_FILE), file);
      afterStep("model written");
      await writeFlushed(join(aside, MANIFEST_FILE), JSON.stringify(whole, undefined, 2));
      await flushDirectory(aside);
      afterStep("manifest written");
      // A directory can only take the name of one that is empty, so what is published stays what it is.
      await rename(aside, place);
      isNamed = true;
      await flushDirectory(this.path);
    } catch (error) {
      if (isNamed) await rename(place, aside);
      await rm(aside, { recursive: true, force: true });
      throw error;
    }
    afterStep("renamed");
    return whole;
  }

  /** What is said of a version, without its numbers. Throws UnusableModel. */
  async manifest(version: string): Promise<ModelManifest> {
    try {
      if (parseVersion(version) === undefined) throw new Error("it is not a version");
      const manifest = parseManifest(await readFile(join(this.path, version, MANIFEST_FILE), "utf8"));
      if (manifest.version !== version) throw new Error(`its manifest is that of ${manifest.version}`);
      return manifest;
    } catch (error) {
      throw new UnusableModel(version, error);
    }
  }

  /** Makes sure that a version is there with the bytes that it was published with. Throws UnusableModel. */
  async verify(version: string): Promise<ModelManifest> {
    const manifest = await this.manifest(version);
    try {
      checkDigest(manifest, await readFile(join(this.path, version, MODEL_FILE)));
      return manifest;
    } catch (error) {
      throw new UnusableModel(version, error);
    }
  }

  /** What a version consists of. */
  filesOf(version: string): string[] {
    return [MANIFEST_FILE, MODEL_FILE].map((name) => join(this.path, version, name));
  }

  /** Takes a version away, all of it at once: it loses its name before its files. */
  async remove(version: string): Promise<void> {
    if (parseVersion(version) === undefined) throw new RangeError(`"${version}" is not a version`);
    const aside = unfinishedIn(this.path);
    await rename(join(this.path, version), aside);
    await flushDirectory(this.path);
    await rm(aside, { recursive: true, force: true });
  }

  /** Throws UnusableModel. */
  async load(version: string): Promise<TrainedModel> {
    const manifest = await this.manifest(version);
    try {
      return await decodeModel(manifest, await readFile(join(this.path, version, MODEL_FILE)));
    } catch (error) {
      throw new UnusableModel(version, error);
    }
  }

  /** Which version each channel uses; none when nothing was ever published. */
  async channels(): Promise<Channels> {
    return (await this.channelsFile.read())?.published ?? {};
  }

  /**
   * Publishes a version in a channel, as training does; the other channels stay. Throws UnusableModel where
   * there is no such version, ChannelMoved, UnreadableChannels, UnwritableChannels.
   *
   * @param expected only if this is published there, "" for nothing; absent asks for no such thing
   */
  async setChannel(
    channel: Channel,
    version: string,
    { expected, afterStep }: { expected?: string; afterStep?: (step: PublishingStep) => void } = {},
  ): Promise<void> {
    const { createTime, gate } = await this.manifest(version);
    const occasion = { time: createTime, cause: "training", reason: gate?.reason ?? "" } as const;
    await this.updateChannels((record) => {
      const published = record.published[channel] ?? "";
      if (expected !== undefined && published !== expected) throw new ChannelMoved(channel, published);
      return switched(record, [channel], version, occasion);
    }, afterStep);
  }

  /**
   * Changes channels.json as ChannelsFile.update does, but publishes no version that was taken away in the meantime
   * or is damaged, which other replicas could not follow: throws UnusableModel instead.
   */
  updateChannels(
    change: (record: ChannelRecord) => ChannelRecord,
    afterStep?: (step: PublishingStep) => void,
  ): Promise<ChannelRecord> {
    return this.channelsFile.update(change, afterStep, async (next, before) => {
      const changed = channelNames.filter((each) => next.published[each] !== before.published[each]);
      for (const version of new Set(changed.flatMap((each) => next.published[each] ?? [])))
        await this.verify(version);
    });
  }

  /** Removes what trainers that were killed have left, once nobody can be writing it any more. */
  async removeUnfinished(now: Date): Promise<void> {
    const names = await readdir(this.path).catch(ifMissing<string[]>([]));
    for (const name of names.filter((each) => each.startsWith(UNFINISHED))) {
      const path = join(this.path, name);
      const { mtimeMs } = await stat(path);
      if (mtimeMs < now.getTime() - ABANDONED_MS) await rm(path, { recursive: true, force: true });
    }
  }
}
