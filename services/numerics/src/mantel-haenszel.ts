import { normalUpperTail } from "./normal.js";

/** Two groups in one stratum, for example one hour of the day. Numbers may be fractions. */
export interface Stratum {
  readonly successesA: number;
  readonly trialsA: number;
  readonly successesB: number;
  readonly trialsB: number;
}

/** Keeps a count apart from the next one below it, as a continuous distribution cannot. */
const CONTINUITY = 0.5;

/**
 * How likely group A is to have as few successes as it has, or fewer, where in each stratum both groups have the
 * same chance of one, whatever that is: the one-sided p-value of the Cochran–Mantel–Haenszel test. What differs
 * between strata, such as night and day, is thus not taken for a difference of the groups. With a_s of n_as
 * successes in A, k_s of n_s in both,
 *
 *     E_s = n_as k_s / n_s,   V_s = n_as n_bs k_s (n_s − k_s) / (n_s² (n_s − 1)),
 *     p   = P(Z < (Σ a_s − Σ E_s + ½) / √Σ V_s)
 *
 * Strata with one group only say nothing and are left out. The normal approximation wants Σ E_s of some ten.
 * Source: Mantel and Haenszel, "Statistical Aspects of the Analysis of Data from Retrospective Studies of
 * Disease", Journal of the National Cancer Institute 22(4), 1959.
 *
 * @returns the p-value, and Σ E_s, Σ a_s over the strata that count; p is 1 where none does
 */
export function mantelHaenszelFewer(strata: readonly Stratum[]): {
  readonly p: number;
  readonly expected: number;
  readonly observed: number;
} {
  let observed = 0;
  let expected = 0;
  let variance = 0;
  for (const { successesA, trialsA, successesB, trialsB } of strata) {
    const trials = trialsA + trialsB;
    if (trialsA === 0 || trialsB === 0 || trials <= 1) continue;
    const successes = successesA + successesB;
    observed += successesA;
    expected += (trialsA * successes) / trials;
    variance += (trialsA * trialsB * successes * (trials - successes)) / (trials * trials * (trials - 1));
  }
  if (variance === 0) return { p: 1, expected, observed };
  const p = normalUpperTail((expected - observed - CONTINUITY) / Math.sqrt(variance));
  return { p, expected, observed };
}
