import { daysToMs } from "./ranking-model.js";

/** What is left of a score for an event that is very far off, and how soon half of the rest is lost. */
const LEAST = 0.5;
const HALF_LIFE_MS = daysToMs(60);

/**
 * What an event's score is multiplied by in a list, for being some time ahead: 1 for what begins now or has begun,
 * 0.75 in two months, never less than 0.5. So next week comes before next year, and what is twice as good still
 * stands first whenever it is.
 *
 * Set and not learned: people find later events less often because they are shown less often, so that what they
 * discovered does not tell how much they minded the date.
 */
export function nearness(startMs: number, nowMs: number): number {
  return LEAST + (1 - LEAST) * 2 ** (-Math.max(0, startMs - nowMs) / HALF_LIFE_MS);
}
