/** What a weight is tried at, as multiples of itself. */
const FACTORS = [0, 0.5, 0.8, 1.25, 2, 4];
/** What a weight that is zero is tried at, as shares of the largest one. */
const SHARES = [0.1, 0.3, 1];
/** Rounds over all weights; it mostly ends earlier, when one brings nothing. */
const MOST_ROUNDS = 8;
/** A change counts only when it gains more than this share of the objective: less is noise. */
const LEAST_GAIN = 1e-4;

/**
 * Looks for weights ≥ 0 at which an objective is large that has no slope to follow, such as a ranking metric, which
 * only changes when two scores change places: one weight after the other is tried at a few other values, and the best
 * of them is kept. Source: Metzler and Croft, "Linear Feature-Based Models for Information Retrieval", Information
 * Retrieval 10(3), 2007, section 4.1.
 *
 * Deterministic; never ends with less than it began with. Cost: some 6 · weights calls a round.
 *
 * @param start where to begin; is not changed
 * @param objective higher is better
 */
export function climbCoordinates(
  start: Float64Array,
  objective: (weights: Float64Array) => number,
): Float64Array {
  const weights = start.slice();
  let best = objective(weights);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = best;
    for (let t = 0; t < weights.length; t++) {
      const own = weights[t]!;
      const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
      const values =
        own === 0 ? SHARES.map((share) => share * largest) : FACTORS.map((factor) => factor * own);
      let kept = own;
      for (const value of values) {
        weights[t] = value;
        const reached = objective(weights);
        if (reached <= best + LEAST_GAIN * Math.abs(best)) continue;
        best = reached;
        kept = value;
      }
      weights[t] = kept;
    }
    if (best === before) break;
  }
  return weights;
}
