import { setTimeout } from "node:timers/promises";

/** Nobody notices that a request waited for so long. */
const SHORT_MS = 1;

/**
 * Parts long work of a service into pieces: after each of them requests get their turn, and as much of the time as the
 * piece took. Nobody waits for a model, but everybody for an answer.
 */
export class Pieces {
  private beganMs = performance.now();

  /** To be awaited at the end of a piece. One that was short goes on. */
  async end(): Promise<void> {
    const tookMs = performance.now() - this.beganMs;
    if (tookMs < SHORT_MS) return;
    await setTimeout(tookMs);
    this.beganMs = performance.now();
  }
}
