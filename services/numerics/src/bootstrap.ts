/** Where a figure probably lies. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Observations that come in groups, for example the answers to the questions of each of some users. */
export interface GroupedObservations {
  /** Sum of each group's observations of each figure: groups × figures, row-major. */
  readonly sums: Float64Array;
  /** How many observations each group has, > 0: groups numbers. */
  readonly counts: Float64Array;
  readonly figures: number;
}

/**
 * Percentile bootstrap intervals of means over observations that come in groups. Whole groups are drawn, because
 * what one group says hangs together:
 *
 *     figure j = Σ_g sums[g, j] / Σ_g counts[g]
 *
 * All figures are worked out on the same draws, so the difference of two is compared pair by pair when its sums are
 * given as a figure of its own. Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3;
 * Field and Welsh, "Bootstrapping Clustered Data", JRSS B 69(3), 2007.
 *
 * Cost: O(resamples · groups · figures) time, resamples × figures numbers.
 *
 * @param resamples how often to draw as many groups as there are
 * @param confidence 0 to 1, for example 0.95
 * @returns the interval of each figure; NaN where there is no group or no draw
 */
export function bootstrapIntervals(
  { sums, counts, figures }: GroupedObservations,
  resamples: number,
  confidence: number,
  random: () => number,
): Interval[] {
  const groups = counts.length;
  if (sums.length !== groups * figures) {
    throw new RangeError(`sums has ${sums.length} numbers, not ${groups} × ${figures}`);
  }
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence is ${confidence}, not between 0 and 1`);
  const none = groups === 0 || resamples === 0;
  const drawn = Array.from({ length: figures }, () => new Float64Array(none ? 0 : resamples));
  const total = new Float64Array(figures);
  for (let r = 0; r < resamples && !none; r++) {
    total.fill(0);
    let count = 0;
    for (let i = 0; i < groups; i++) {
      const group = Math.floor(random() * groups);
      count += counts[group]!;
      const row = group * figures;
      for (let j = 0; j < figures; j++) total[j]! += sums[row + j]!;
    }
    for (let j = 0; j < figures; j++) drawn[j]![r] = total[j]! / count;
  }
  const tail = (1 - confidence) / 2;
  return drawn.map((figure) => {
    figure.sort();
    return { low: quantile(figure, tail), high: quantile(figure, 1 - tail) };
  });
}

/**
 * The q-quantile of sorted numbers, between two of them by linear interpolation; NaN of none.
 * Source: Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996, definition 7.
 */
function quantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
