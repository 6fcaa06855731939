import type { Logger } from "@craic/runtime/log.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import type { Origin, TraceStore } from "../traces/trace-store.js";
import type { Feedback, FeedbackKind } from "./feedback.js";

/** Answers that are remembered, some 200 bytes each: those of the last minutes, which most feedback is about. */
const MOST_REMEMBERED = 10_000;
/** Pieces of feedback that wait for a look at the traces; more are attributed to nobody. */
const MOST_WAITING = 5_000;
/** A trace is written within a second of its answer; feedback may be faster. */
const LOOK_EVERY_MS = 2_000;

/** Of a recommendation whose origin is not known: made elsewhere and not sampled, or too long ago. */
export const unknownOrigin: Origin = { modelVersion: "unknown", variant: "" };

export type OnAttributed = (origin: Origin, kind: FeedbackKind) => void;

/** A piece of feedback whose recommendation was not made here lately. */
type Waiting = Pick<Feedback, "recommendationId" | "kind">;

/**
 * Finds out which model made the recommendation that feedback came from, and tells those who want to know: from
 * memory where this replica answered it lately, otherwise from the traces, a few seconds later. Each piece of
 * feedback is told of once, by the replica that stored it.
 */
export class Attribution {
  private readonly remembered = new Map<string, Origin>();
  private readonly listeners = new Set<OnAttributed>();
  /** What the next look is for, and what came in since the last one. */
  private due: Waiting[] = [];
  private recent: Waiting[] = [];
  private looking: RepeatedTask | undefined;

  constructor(
    private readonly store: Pick<TraceStore, "originsOf">,
    private readonly log: Logger,
  ) {}

  /** Has all feedback from now on told to `listener`. Returns what ends that. */
  subscribe(listener: OnAttributed): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Notes what made a recommendation that was answered here. */
  remember(recommendationId: string, origin: Origin): void {
    this.remembered.set(recommendationId, origin);
    if (this.remembered.size <= MOST_REMEMBERED) return;
    for (const oldest of this.remembered.keys()) {
      this.remembered.delete(oldest);
      break;
    }
  }

  /** Takes in feedback that was newly stored. */
  take(feedback: readonly Feedback[]): void {
    for (const { recommendationId, kind } of feedback) {
      if (recommendationId === "") continue;
      const origin = this.remembered.get(recommendationId);
      if (origin !== undefined) this.tell(origin, kind);
      else if (this.due.length + this.recent.length >= MOST_WAITING) this.tell(unknownOrigin, kind);
      else this.recent.push({ recommendationId, kind });
    }
  }

  /** Looks up what came in before the last look. Throws when the database cannot, and then it is looked up later. */
  async look(): Promise<void> {
    const ids = [...new Set(this.due.map(({ recommendationId }) => recommendationId))];
    const origins = ids.length === 0 ? new Map<string, Origin>() : await this.store.originsOf(ids);
    const found = this.due;
    this.due = this.recent;
    this.recent = [];
    for (const { recommendationId, kind } of found) {
      this.tell(origins.get(recommendationId) ?? unknownOrigin, kind);
    }
  }

  /** Looks every so often until closed. */
  start(): void {
    this.looking = new RepeatedTask(
      () => this.look(),
      LOOK_EVERY_MS,
      (error) => this.log.warn({ err: error }, "feedback cannot be attributed for the moment"),
    ).start();
  }

  async close(): Promise<void> {
    await this.looking?.close();
  }

  private tell(origin: Origin, kind: FeedbackKind): void {
    for (const listener of this.listeners) listener(origin, kind);
  }
}
