import type { Logger } from "@craic/runtime/log.js";
import { LruMap } from "@craic/runtime/lru-map.js";
import { PendingSaves } from "../feedback/pending-saves.js";
import { POPULARITY_VERSION } from "../ranking/ranking-model.js";
import { type Harm, HarmSearch, measureOf } from "./harm.js";
import type { ControlSwitch, Wish } from "./model-lifecycle.js";
import { Refusal } from "./model-refusal.js";
import { ServingFigures } from "./serving-figures.js";

export const guardStates = ["idle", "watching", "passed", "harmFound"] as const;
export type GuardState = (typeof guardStates)[number];

/** Versions whose figures are kept, some 10 KB each. */
const MOST_VERSIONS = 8;

/** How the guard takes a model out of control. */
export interface GuardActions {
  /** @param target what to go back to, if that can be done */
  rollBack(wish: Wish, target: string): Promise<unknown>;
  /** Goes back to what is published, where this replica ranks with something else. */
  reload(): Promise<unknown>;
}

export interface GuardOptions {
  /** The chance of rolling back a version that does no harm, for each switch and replica; 0 turns the guard off. */
  readonly alpha: number;
  /** How long a version is watched after the switch. */
  readonly watchMs: number;
  readonly now: () => Date;
  readonly log: Logger;
}

/**
 * Watches a version that has become control against the one before it or, where that one was still being watched
 * itself, against the one that it was measured by, and goes back to that where it does harm; see harm.ts. Counts are
 * of this replica and of this process: after a restart there is nothing to compare with.
 */
export class Guard {
  /** Of what ranks now. */
  private figures = new ServingFigures(POPULARITY_VERSION);
  /** By version. */
  private readonly kept = new LruMap<string, ServingFigures>(MOST_VERSIONS);
  private readonly pending = new PendingSaves();
  private watch: { before: ServingFigures; search: HarmSearch; untilMs: number } | undefined;
  /** What has to go, until it is written that it has gone. */
  private harmful: { readonly version: string; readonly harm: Harm; readonly target: string } | undefined;
  private current: GuardState = "idle";
  private said = "";
  private actions: GuardActions | undefined;
  /** Times that harm was found since the start. */
  alarms = 0;

  constructor(private readonly options: GuardOptions) {}

  /** Says how to roll back; to be called once, before the first look. */
  actBy(actions: GuardActions): void {
    this.actions = actions;
  }

  get state(): GuardState {
    return this.current;
  }

  /** What was found, or what stands in the way of a rollback; "" when there is nothing to say. */
  get finding(): string {
    return this.said;
  }

  get alpha(): number {
    return this.options.alpha;
  }

  get after(): ServingFigures {
    return this.figures;
  }

  get before(): ServingFigures | undefined {
    return this.watch?.before;
  }

  /** Counts an answer by control. @param latencyMs how long ranking took; undefined where nothing was ranked */
  answered(version: string, hasFailed: boolean, latencyMs?: number): void {
    if (version !== this.figures.version) return;
    this.figures.answered(this.options.now().getTime(), hasFailed, latencyMs);
  }

  /** Waits for saves from a recommendation that control has made for somebody who could save. */
  begun(version: string, recommendationId: string, userId: string): void {
    if (version !== this.figures.version) return;
    this.pending.begun(recommendationId, userId, this.options.now().getTime(), this.figures);
  }

  saved(recommendationId: string, userId: string): void {
    this.pending.saved(recommendationId, userId);
  }

  /**
   * Begins to watch what has become control, on new figures. The version that it would be measured by is not watched
   * when it comes back, nor is what a rollback brought back, and goes on with the figures that it has; but where a
   * rollback ends a watch and goes to another version than the one measured by, that one is watched on.
   */
  switched({ from, to, cause }: ControlSwitch): void {
    const { version } = to.manifest;
    const { alpha, watchMs, now } = this.options;
    const isBroughtBack = cause === "rollback" || cause === "guard";
    const before = isBroughtBack ? this.watch?.before : this.measure();
    const isWatched = from !== undefined && before !== undefined && before.version !== version && alpha > 0;
    this.figures = this.figuresOf(version, isWatched && !isBroughtBack);
    if (cause !== "guard") this.harmful = undefined;
    this.watch = isWatched
      ? { before, search: new HarmSearch(before, alpha), untilMs: now().getTime() + watchMs }
      : undefined;
    if (this.harmful === undefined) this.settle(isWatched ? "watching" : "idle", "");
  }

  /** Looks at what has come together since the last look, and acts on it. */
  async look(): Promise<void> {
    const nowMs = this.options.now().getTime();
    this.pending.conclude(nowMs);
    if (this.watch !== undefined && this.harmful === undefined) this.judge(this.watch, nowMs);
    if (this.harmful !== undefined) await this.takeOut(this.harmful);
  }

  /** What the next version is measured by: not by one that does harm, nor, if that can be, by one not yet known not to. */
  private measure(): ServingFigures {
    const before = this.watch?.before;
    if (before === undefined) return this.figures;
    return this.current === "harmFound" ? before : measureOf(before, this.figures);
  }

  private figuresOf(version: string, isNew: boolean): ServingFigures {
    const figures = (isNew ? undefined : this.kept.get(version)) ?? new ServingFigures(version);
    this.kept.set(version, figures);
    return figures;
  }

  private judge({ before, search, untilMs }: NonNullable<typeof this.watch>, nowMs: number): void {
    const harm = search.look(this.figures);
    if (harm !== undefined) {
      const { version } = this.figures;
      this.harmful = { version, harm, target: before.version };
      this.alarms++;
      this.settle("harmFound", harm.finding);
      this.options.log.error({ version, harm }, "control does harm and is rolled back");
    } else if (nowMs >= untilMs) {
      this.watch = undefined;
      this.settle("passed", "");
    }
  }

  private async takeOut({ version, harm, target }: NonNullable<typeof this.harmful>): Promise<void> {
    try {
      await this.actions?.rollBack({ expected: version, cause: "guard", reason: harm.finding }, target);
      this.harmful = undefined;
      this.settle("harmFound", harm.finding);
    } catch (error) {
      const reason = error instanceof Refusal ? error.reason : undefined;
      // Without anything to go back to there is no use in trying again; a full disk may be mended.
      if (reason === "CHANNEL_MOVED" || reason === "NOTHING_BEFORE") this.harmful = undefined;
      // Somebody was faster, or an operator has loaded here what was never published.
      if (reason === "CHANNEL_MOVED") return void (await this.actions?.reload());
      const sentence = error instanceof Error ? error.message : String(error);
      const said = `${harm.finding}; it could not be rolled back: ${sentence}`;
      if (this.said === said) return;
      this.settle("harmFound", said);
      this.options.log.error({ err: error, version }, "a model that does harm could not be rolled back");
    }
  }

  private settle(state: GuardState, said: string): void {
    this.current = state;
    this.said = said;
  }
}
