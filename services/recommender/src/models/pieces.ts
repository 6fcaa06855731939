import { setTimeout } from "node:timers/promises";

/** Nobody notices that a request waited for so long. */
const SHORT_MS = 1;
/** However often models are loaded, that is a fifth of the thread. */
const LONG_REST = 4;

/**
 * Parts long work of a service into pieces, so that requests get their turn after each of them: nobody waits for a model,
 * but everybody for an answer.
 */
export class Pieces {
  private beganMs = performance.now();

  /** @param rest how many times as long as a piece the rest after it is */
  constructor(private readonly rest = LONG_REST) {}

  /** To be awaited at the end of a piece. One that was short goes on. */
  async end(): Promise<void> {
    const tookMs = performance.now() - this.beganMs;
    if (tookMs < SHORT_MS) return;
    await setTimeout(this.rest * tookMs);
    this.beganMs = performance.now();
  }
}
