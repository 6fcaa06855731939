import { logGamma } from "./log-gamma.js";

/** Terms that are this much smaller than the sum so far do not change it. */
const NEGLIGIBLE = 1e-17;

/**
 * How likely group A is to have as many successes as it has, or more, where both groups have the same chance of
 * one: the one-sided p-value of Fisher's exact test. Given k successes in n trials of both groups together,
 * those in A follow the hypergeometric distribution, so that with a of n_a trials
 *
 *     p = Σ_{x ≥ a} C(n_a, x) · C(n − n_a, k − x) / C(n, k).
 *
 * It holds at any sample size, however rare successes are, and errs on the side of no difference.
 * Source: Fisher, "The Logic of Inductive Inference", Journal of the Royal Statistical Society 98(1), 1935.
 *
 * Cost: O(k) at most, far less in the tail.
 *
 * @param successesA 0 to trialsA
 * @param successesB 0 to trialsB
 * @returns 0 to 1
 */
export function fisherGreater(
  successesA: number,
  trialsA: number,
  successesB: number,
  trialsB: number,
): number {
  if (!(successesA >= 0 && successesA <= trialsA && successesB >= 0 && successesB <= trialsB)) {
    throw new RangeError(`not counts: ${successesA} of ${trialsA}, ${successesB} of ${trialsB}`);
  }
  const successes = successesA + successesB;
  const trials = trialsA + trialsB;
  const fewest = Math.max(0, successes - trialsB);
  if (successesA === fewest) return 1;
  const most = Math.min(trialsA, successes);
  const logTerm =
    logChoose(trialsA, successesA) + logChoose(trialsB, successesB) - logChoose(trials, successes);
  // Each term from the one before it: of the terms' ratios only additions, products and one division are left.
  let term = 1;
  let sum = 1;
  for (let x = successesA; x < most; x++) {
    term *= ((successes - x) * (trialsA - x)) / ((x + 1) * (trialsB - successes + x + 1));
    sum += term;
    if (term < sum * NEGLIGIBLE) break;
  }
  return Math.min(1, sum * Math.exp(logTerm));
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
