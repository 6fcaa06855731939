import type { Logger } from "@craic/runtime/log.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import type { TraceStore } from "./trace-store.js";

/** Rows removed in one statement: few enough that nobody waits for it. */
const BATCH = 500;
const EVERY_MS = 60_000;

/** Removes traces that have been kept for long enough, a few at a time. */
export class TraceExpiry {
  private removing: RepeatedTask | undefined;

  /** @param ttlMs how long a trace is kept, in milliseconds */
  constructor(
    private readonly store: Pick<TraceStore, "removeBefore">,
    private readonly ttlMs: number,
    private readonly now: () => Date,
    private readonly log: Logger,
  ) {}

  /** Removes all that has expired by now. Throws when the database cannot. */
  async removeExpired(): Promise<void> {
    const expiredMs = this.now().getTime() - this.ttlMs;
    while ((await this.store.removeBefore(expiredMs, BATCH)) === BATCH);
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
