import { type Moments, varianceOf } from "./samples.js";

/** Two numbers of each person added up: y in the experiment and x before it. */
export interface PairedMoments {
  readonly users: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Σ x, Σ x² and Σ xy. */
  readonly sumBefore: number;
  readonly sumOfSquaresBefore: number;
  readonly sumOfProducts: number;
}

/**
 * Takes out of each variant's numbers what the people's behaviour before the experiment foretold, which makes
 * intervals narrower and leaves the difference what it is on average:
 *
 *     y′ = y − θ (x − x̄),   θ = cov(x, y) / var(x)      over all variants together
 *
 * The variance falls by the factor 1 − ρ² with ρ the correlation of x and y. What is measured before must not
 * depend on the variant. Source: Deng, Xu, Kohavi and Walker, "Improving the Sensitivity of Online Controlled
 * Experiments by Utilizing Pre-Experiment Data", WSDM 2013.
 *
 * @returns the moments of y′ by variant, in the same order; y itself where x does not vary
 */
export function adjustForBefore(variants: readonly PairedMoments[]): Moments[] {
  const total = (pick: (each: PairedMoments) => number) =>
    variants.reduce((sum, each) => sum + pick(each), 0);
  // Within the variants, so that a difference between them is no part of the slope.
  const covariance = total((each) =>
    each.users === 0 ? 0 : each.sumOfProducts - (each.sum * each.sumBefore) / each.users,
  );
  const variance = total((each) =>
    each.users === 0 ? 0 : each.sumOfSquaresBefore - each.sumBefore ** 2 / each.users,
  );
  const theta = variance > 0 ? covariance / variance : 0;
  const meanBefore = total(({ sumBefore }) => sumBefore) / total(({ users }) => users);
  return variants.map((each) => {
    const { users, sum, sumOfSquares, sumBefore, sumOfSquaresBefore, sumOfProducts } = each;
    if (users === 0 || theta === 0) return { users, sum, sumOfSquares };
    // Of c = x − x̄: Σ c, Σ c² and Σ yc.
    const centred = sumBefore - users * meanBefore;
    const centredSquares = sumOfSquaresBefore - 2 * meanBefore * sumBefore + users * meanBefore ** 2;
    const centredProducts = sumOfProducts - meanBefore * sum;
    return {
      users,
      sum: sum - theta * centred,
      sumOfSquares: sumOfSquares - 2 * theta * centredProducts + theta ** 2 * centredSquares,
    };
  });
}

/** By how much the adjustment shrank the variance of the control's numbers, 0 to 1; 0 where there is none to shrink. */
export function varianceReduction(before: Moments, after: Moments): number {
  const variance = varianceOf(before);
  return variance > 0 ? Math.max(0, 1 - varianceOf(after) / variance) : 0;
}
