import { daysToMs } from "./ranking-model.js";

/** What is left of a score for an event that is very far off, and how soon half of the rest is lost. */
const LEAST = 1 / 3;
const HALF_LIFE_MS = daysToMs(45);

/**
 * What an event's score is multiplied by in a list, for being some time ahead: 1 for what begins now or has begun,
 * 2/3 in six weeks, never less than 1/3. So next week comes before next year, and what is three times as good still
 * stands first whenever it is.
 *
 * Set and not learned: people find later events less often because they are shown less often, so that what they
 * discovered does not tell how much they minded the date.
 */
export function nearness(startMs: number, nowMs: number): number {
  return LEAST + (1 - LEAST) * 2 ** (-Math.max(0, startMs - nowMs) / HALF_LIFE_MS);
}
