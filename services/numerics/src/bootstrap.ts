/** Where a figure probably lies. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap interval of a mean over observations that come in groups, for example the questions
 * that each of some users was asked: whole groups are drawn, because what one group says hangs together.
 *
 *     figure = Σ_g sums[g] / Σ_g counts[g]
 *
 * Two figures on the same observations are compared by giving the difference of their sums: the interval is then
 * that of the paired difference. Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993,
 * sections 8.3 and 13.3; Field and Welsh, "Bootstrapping Clustered Data", JRSS B 69(3), 2007.
 *
 * Cost: O(resamples · groups).
 *
 * @param sums sum of the observations of each group
 * @param counts how many observations each group has, > 0 (or any other weights)
 * @param resamples how often to draw; the interval's ends are its order statistics
 * @param confidence 0 to 1, for example 0.95
 * @returns both ends NaN when there is no group
 */
export function bootstrapInterval(
  sums: Float64Array,
  counts: Float64Array,
  resamples: number,
  confidence: number,
  random: () => number,
): Interval {
  const groups = sums.length;
  if (counts.length !== groups) throw new RangeError(`${groups} sums, but ${counts.length} counts`);
  if (groups === 0 || resamples === 0) return { low: Number.NaN, high: Number.NaN };
  const figures = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < groups; i++) {
      const group = Math.floor(random() * groups);
      sum += sums[group]!;
      count += counts[group]!;
    }
    figures[r] = sum / count;
  }
  figures.sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(figures, tail), high: quantile(figures, 1 - tail) };
}

/**
 * The q-quantile of sorted numbers, between two of them by linear interpolation.
 * Source: Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996, definition 7.
 */
function quantile(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
