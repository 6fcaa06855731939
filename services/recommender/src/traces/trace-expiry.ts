import type { Logger } from "@craic/runtime/log.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import type { TraceStore } from "./trace-store.js";

/** Rows removed in one statement: few enough that nobody waits for it. */
const BATCH = 500;
const EVERY_MS = 60_000;

/** How many traces are kept, and for how long. */
export interface TraceBounds {
  readonly ttlMs: number;
  /** About so many are kept, the newest. */
  readonly most: number;
}

/** Removes traces that have been kept for long enough, or are too many, a few at a time. */
export class TraceExpiry {
  private removing: RepeatedTask | undefined;

  constructor(
    private readonly store: Pick<TraceStore, "removeBefore" | "removeBeyond">,
    private readonly bounds: TraceBounds,
    private readonly now: () => Date,
    private readonly log: Logger,
  ) {}

  /** Removes all that is too old or too many by now. Throws when the database cannot. */
  async removeExpired(): Promise<void> {
    const { store, bounds } = this;
    const expiredMs = this.now().getTime() - bounds.ttlMs;
    while ((await store.removeBefore(expiredMs, BATCH)) === BATCH);
    while ((await store.removeBeyond(bounds.most, BATCH)) === BATCH);
  }

  /** Removes every so often until closed. */
  start(): void {
    this.removing = new RepeatedTask(
      () => this.removeExpired(),
      EVERY_MS,
      (error) => this.log.warn({ err: error }, "expired traces cannot be removed"),
    ).start();
  }

  async close(): Promise<void> {
    await this.removing?.close();
  }
}
