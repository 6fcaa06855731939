import type { Logger } from "@craic/runtime/log.js";
import type { LiveState } from "./live-state.js";
import type { ModelDirectory } from "./model-directory.js";
import type { TrainedModel } from "./model-file.js";
import type { ModelManifest } from "./model-manifest.js";
import { compareVersions } from "./model-version.js";
import { Ranker } from "./ranker.js";
import { daysToMs, popularityModel } from "./ranking-model.js";
import { noPreferences } from "./taste.js";

/** What ranks now; swapped whole. */
interface Current {
  readonly ranker: Ranker;
  /** undefined while nothing but popularity ranks. */
  readonly manifest: ModelManifest | undefined;
}

/** The model that ranks, and how it is replaced while requests go on. */
export class CurrentModel {
  private current: Current;

  constructor(
    private readonly state: LiveState,
    private readonly directory: ModelDirectory,
    private readonly now: () => Date,
    private readonly log: Logger,
  ) {
    this.current = { ranker: this.warm(new Ranker(state, popularityModel)), manifest: undefined };
  }

  get ranker(): Ranker {
    return this.current.ranker;
  }

  get manifest(): ModelManifest | undefined {
    return this.current.manifest;
  }

  /** Loads a version, warms it up and lets it rank. Throws UnusableModel, and then the old one goes on. */
  async load(version: string): Promise<void> {
    if (version === this.current.manifest?.version) return;
    this.swap(await this.directory.load(version));
  }

  /**
   * Loads what channels.json names as control or, where that cannot be used, the newest version that can be.
   * Without any, what ranks goes on ranking. Returns the version that ranks then; undefined for popularity.
   */
  async loadControl(): Promise<string | undefined> {
    for (const version of await this.preferredVersions()) {
      try {
        await this.load(version);
        break;
      } catch (error) {
        this.log.error({ err: error, version }, "a model cannot be used; the one before it is tried");
      }
    }
    return this.manifest?.version;
  }

  private async preferredVersions(): Promise<string[]> {
    try {
      const { control } = await this.directory.channels();
      if (control === undefined) return [];
      const older = (await this.directory.versions()).filter(
        (version) => compareVersions(version, control) < 0,
      );
      return [control, ...older.toReversed()];
    } catch (error) {
      this.log.error({ err: error }, "the model directory cannot be read");
      return [];
    }
  }

  private swap({ manifest, ranking }: TrainedModel): void {
    this.current = { ranker: this.warm(new Ranker(this.state, ranking)), manifest };
    this.state.keepCrowds(new Set([daysToMs(ranking.parameters.popularityHalfLifeDays)]));
    this.log.info({ version: manifest.version }, "a model ranks from now on");
  }

  /** Does once what the first request would else wait for. */
  private warm(ranker: Ranker): Ranker {
    ranker.forPerson(
      { user: -1, preferences: noPreferences },
      "blend",
      this.now().getTime(),
      () => undefined,
    );
    return ranker;
  }
}
