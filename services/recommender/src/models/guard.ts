import type { Logger } from "@craic/runtime/log.js";
import { PendingSaves } from "../feedback/pending-saves.js";
import { POPULARITY_VERSION } from "../ranking/ranking-model.js";
import { type Harm, HarmSearch } from "./harm.js";
import type { ControlSwitch, Wish } from "./model-lifecycle.js";
import { Refusal } from "./model-refusal.js";
import { ServingFigures } from "./serving-figures.js";

export const guardStates = ["idle", "watching", "passed", "harmFound"] as const;
export type GuardState = (typeof guardStates)[number];

/** How the guard takes a model out of control. */
export interface GuardActions {
  rollBack(wish: Wish): Promise<unknown>;
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
 * Watches a version that has become control against the one before it, and takes it out where it does harm; see
 * harm.ts. Counts are of this replica and of this process: after a restart there is nothing to compare with.
 */
export class Guard {
  /** Of what ranks now. */
  private figures = new ServingFigures(POPULARITY_VERSION);
  private readonly pending = new PendingSaves();
  private watch: { before: ServingFigures; search: HarmSearch; untilMs: number } | undefined;
  /** What has to go, until it is written that it has gone. */
  private harmful: { readonly version: string; readonly harm: Harm } | undefined;
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
  begun(version: string, recommendationId: string): void {
    if (version !== this.figures.version) return;
    this.pending.begun(recommendationId, this.options.now().getTime(), this.figures);
  }

  saved(recommendationId: string): void {
    this.pending.saved(recommendationId);
  }

  /** Begins to watch what has become control, unless it is what was rolled back to. */
  switched({ from, to, cause }: ControlSwitch): void {
    // What has not proved itself yet is no measure for what comes after it.
    const trusted = this.current === "watching" ? this.watch?.before : this.figures;
    this.figures = new ServingFigures(to.manifest.version);
    if (cause !== "guard") this.harmful = undefined;
    const { alpha, watchMs, now } = this.options;
    const isBack = cause === "rollback" || cause === "guard";
    if (from === undefined || trusted === undefined || isBack || alpha === 0) {
      this.watch = undefined;
      if (cause !== "guard") this.settle("idle", "");
      return;
    }
    this.watch = {
      before: trusted,
      search: new HarmSearch(trusted, alpha),
      untilMs: now().getTime() + watchMs,
    };
    this.settle("watching", "");
  }

  /** Looks at what has come together since the last look, and acts on it. */
  async look(): Promise<void> {
    const nowMs = this.options.now().getTime();
    this.pending.conclude(nowMs);
    if (this.watch !== undefined && this.harmful === undefined) this.judge(this.watch, nowMs);
    if (this.harmful !== undefined) await this.takeOut(this.harmful);
  }

  private judge({ search, untilMs }: NonNullable<typeof this.watch>, nowMs: number): void {
    const harm = search.look(this.figures);
    if (harm !== undefined) {
      const { version } = this.figures;
      this.harmful = { version, harm };
      this.alarms++;
      this.settle("harmFound", harm.finding);
      this.options.log.error({ version, harm }, "control does harm and is rolled back");
    } else if (nowMs >= untilMs) {
      this.watch = undefined;
      this.settle("passed", "");
    }
  }

  private async takeOut({ version, harm }: NonNullable<typeof this.harmful>): Promise<void> {
    try {
      await this.actions?.rollBack({ expected: version, cause: "guard", reason: harm.finding });
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
