import type { Logger } from "@craic/runtime/log.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import { MOST_WAITING } from "./trace-recorder.js";
import type { TraceStore } from "./trace-store.js";

/**
 * Removed at a time: more than are written meanwhile, and few enough that nobody waits for it. All of a minute's at once
 * kept the database of a small machine busy for half a second.
 */
const BATCH = MOST_WAITING + 32;
const EVERY_MS = 1_000;

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

  /** Removes some of what is too old or too many by now, the oldest first. Throws when the database cannot. */
  async removeSome(): Promise<void> {
    const { store, bounds } = this;
    await store.removeBefore(this.now().getTime() - bounds.ttlMs, BATCH);
    await store.removeBeyond(bounds.most, BATCH);
  }

  /** Removes every so often until closed. */
  start(): void {
    this.removing = new RepeatedTask(
      () => this.removeSome(),
      EVERY_MS,
      (error) => this.log.warn({ err: error }, "expired traces cannot be removed"),
    ).start();
  }

  async close(): Promise<void> {
    await this.removing?.close();
  }
}
