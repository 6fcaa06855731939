import type { Logger } from "@craic/runtime/log.js";
import type { LiveState } from "../ranking/live-state.js";
import { Ranker } from "../ranking/ranker.js";
import { daysToMs, popularityModel } from "../ranking/ranking-model.js";
import { type Channel, channelNames } from "./channels.js";
import { type ModelDirectory, UnusableModel } from "./model-directory.js";
import { digestOf, type ModelManifest } from "./model-manifest.js";
import { Refusal } from "./model-refusal.js";
import { warmUp } from "./warm-up.js";

/** A model in memory, warm. */
export interface LoadedModel {
  readonly manifest: ModelManifest;
  /** SHA-256 of its file. */
  readonly sha256: string;
  readonly ranker: Ranker;
}

/**
 * The models that rank, by channel. Each is one reference that is replaced whole: a request ranks with what was
 * there when it began. A version is in memory once, however many channels use it, and as long as one does.
 */
export class CurrentModel {
  private readonly popularity: Ranker;
  private readonly byChannel = new Map<Channel, LoadedModel>();
  private readonly listeners: ((channel: Channel) => void)[] = [];

  constructor(
    private readonly state: LiveState,
    private readonly directory: ModelDirectory,
    private readonly now: () => Date,
    private readonly log: Logger,
  ) {
    this.popularity = new Ranker(state, popularityModel);
  }

  /** What ranks for everybody who is in no experiment: control or, without one, popularity. */
  get ranker(): Ranker {
    return this.rankerFor("control");
  }

  /** What is known of control; undefined while popularity ranks. */
  get manifest(): ModelManifest | undefined {
    return this.byChannel.get("control")?.manifest;
  }

  /** Where treatment has no model of its own, control's ranks. */
  rankerFor(channel: "control" | "treatment"): Ranker {
    return this.rankingFor(channel).ranker;
  }

  /** The same with what is known of it; without a manifest where popularity ranks. */
  rankingFor(channel: "control" | "treatment"): { ranker: Ranker; manifest: ModelManifest | undefined } {
    const loaded = this.byChannel.get(channel) ?? this.byChannel.get("control");
    return { ranker: loaded?.ranker ?? this.popularity, manifest: loaded?.manifest };
  }

  /** undefined when the channel has no model. */
  loadedIn(channel: Channel): LoadedModel | undefined {
    return this.byChannel.get(channel);
  }

  /** The channels that a version ranks in. */
  channelsOf(version: string): Channel[] {
    return channelNames.filter((channel) => this.byChannel.get(channel)?.manifest.version === version);
  }

  /** The models in memory, each once. */
  loaded(): LoadedModel[] {
    return [...new Set(this.byChannel.values())];
  }

  /**
   * Makes a version ready to rank: from memory where that has what is on the volume, or loaded, verified and warmed
   * up. Nothing ranks with it yet. Throws Refusal, UnusableModel.
   *
   * @param sha256 what its file must have; "" takes the manifest's word for it
   */
  async prepare(version: string, sha256 = ""): Promise<LoadedModel> {
    const loaded = await this.find(version);
    if (sha256 !== "" && sha256 !== loaded.sha256) {
      throw new Refusal("DIGEST_MISMATCH", `model ${version} has the digest ${loaded.sha256}, not ${sha256}`);
    }
    return loaded;
  }

  /** Lets a model rank in a channel from now on, or none. */
  put(channel: Channel, model: LoadedModel | undefined): void {
    if (model === this.byChannel.get(channel)) return;
    if (model === undefined) this.byChannel.delete(channel);
    else this.byChannel.set(channel, model);
    const rankers = [this.ranker, ...this.loaded().map(({ ranker }) => ranker)];
    this.state.keepCrowds(
      new Set(rankers.map(({ model }) => daysToMs(model.parameters.popularityHalfLifeDays))),
    );
    this.log.info({ channel, version: model?.manifest.version }, "a channel's model was swapped");
    for (const listener of this.listeners) listener(channel);
  }

  /** Calls back whenever another model ranks in a channel. */
  onSwap(listener: (channel: Channel) => void): void {
    this.listeners.push(listener);
  }

  /** Loads a version and makes it control. Throws Refusal, UnusableModel, and then the old one goes on. */
  async load(version: string): Promise<void> {
    this.put("control", await this.prepare(version));
  }

  private async find(version: string): Promise<LoadedModel> {
    try {
      // A number can come back with other bytes, where its version was taken away.
      const published = digestOf(await this.directory.manifest(version));
      const isPublished = ({ manifest, sha256 }: LoadedModel) =>
        manifest.version === version && sha256 === published;
      return this.loaded().find(isPublished) ?? (await this.read(version));
    } catch (error) {
      if (!(await this.directory.versions()).includes(version)) {
        throw new Refusal("MODEL_NOT_FOUND", `no model "${version}"`);
      }
      throw error instanceof UnusableModel ? error : new UnusableModel(version, error);
    }
  }

  private async read(version: string): Promise<LoadedModel> {
    const { manifest, ranking } = await this.directory.load(version);
    const ranker = new Ranker(this.state, ranking);
    await warmUp(ranker, this.state, this.now().getTime(), this.byChannel.size === 0);
    return { manifest, sha256: digestOf(manifest), ranker };
  }
}
