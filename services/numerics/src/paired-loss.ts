// Looked up once, as in random.ts.
const { floor } = Math;

/**
 * How likely it is that chance alone makes a candidate look as bad as it does, beside what it is compared with:
 * the one-sided p-value of "its mean is not lower", by a bootstrap of paired differences that come in groups, for
 * example the questions that each of some users was asked. Whole groups are drawn, because what one group says
 * hangs together.
 *
 *     d   = Σ_g sums[g] / Σ_g counts[g]                              the mean difference that was seen
 *     d*  = Σ_g* (sums[g] − d · counts[g]) / Σ_g* counts[g]          the same of a draw, were the truth 0
 *     p   = (1 + #{d* ≤ d}) / (1 + resamples)
 *
 * Draws are moved to a mean of 0, which is the least favourable case of the hypothesis. Source: Efron and
 * Tibshirani, "An Introduction to the Bootstrap", 1993, section 16.4; Davison and Hinkley, "Bootstrap Methods and
 * their Application", 1997, section 4.2, for the ones that are added; Field and Welsh, "Bootstrapping Clustered
 * Data", JRSS B 69(3), 2007.
 *
 * Cost: O(resamples · groups).
 *
 * @param sums Σ (candidate − other) over each group's observations
 * @param counts how many observations each group has, > 0
 * @param resamples how often to draw; no p-value is below 1 / (1 + resamples)
 * @returns 0 to 1; 1 where there is no group
 */
export function lossPValue(
  sums: Float64Array,
  counts: Float64Array,
  resamples: number,
  random: () => number,
): number {
  const groups = sums.length;
  if (counts.length !== groups) throw new RangeError(`${groups} sums, but ${counts.length} counts`);
  if (groups === 0) return 1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const seen = sums.reduce((sum, each) => sum + each, 0) / total;
  const centred = sums.map((sum, g) => sum - seen * counts[g]!);
  let asLow = 0;
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < groups; i++) {
      const group = floor(random() * groups);
      sum += centred[group]!;
      count += counts[group]!;
    }
    if (sum <= seen * count) asLow++;
  }
  return (1 + asLow) / (1 + resamples);
}
