import type { Interval } from "./samples.js";

/** The number of people at which the interval is narrowest beside one that is looked at once. */
const TUNED_FOR = 5_000;

/** What holds however often, and whenever, somebody looks. */
export interface AlwaysValid {
  readonly interval: Interval;
  readonly pValue: number;
}

/**
 * An interval for a difference of means that covers the truth at all looks together with probability 1 − α, so
 * that looking early and stopping on what is seen is allowed; some 1.5 times as wide as one for a single look.
 * With n people in all, V the variance of the estimate d, and σ² = n V:
 *
 *     d ± σ √( 2 (nρ² + 1) / (n²ρ²) · ln( √(nρ² + 1) / α ) ),   ρ² = ( −2 ln α + ln(−2 ln α + 1) ) / 5000
 *
 * The p-value is the smallest α whose interval leaves zero out, with ρ kept as it is. Both hold for large n, and
 * say nothing before there is anything to estimate a variance from.
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform Central Limit Theory and Asymptotic
 * Confidence Sequences", Annals of Statistics 52(6), 2024, with the normal mixture of Robbins, 1970.
 *
 * @param difference d, in the metric's unit
 * @param variance V, of the estimate d, ≥ 0
 * @param users n, in both groups together
 * @param alpha 1 − level, for example 0.05
 */
export function alwaysValid(difference: number, variance: number, users: number, alpha: number): AlwaysValid {
  if (!(variance > 0)) {
    return {
      interval: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
      pValue: 1,
    };
  }
  const logs = -2 * Math.log(alpha);
  const rhoSquared = (logs + Math.log(logs + 1)) / TUNED_FOR;
  const growth = users * rhoSquared + 1;
  // σ²·2(nρ²+1)/(n²ρ²) with σ² = nV.
  const scale = (2 * variance * growth) / (users * rhoSquared);
  const width = Math.sqrt(scale * Math.log(Math.sqrt(growth) / alpha));
  return {
    interval: { low: difference - width, high: difference + width },
    pValue: Math.min(1, Math.sqrt(growth) * Math.exp(-(difference ** 2) / scale)),
  };
}
