import { normalQuantile, normalUpperTail } from "@craic/numerics/normal.js";

/** The numbers of a plan: two-sided level α, and the probability of finding an effect that is there. */
export interface Plan {
  readonly alpha: number;
  readonly power: number;
}

/**
 * People that each of two variants needs so that a lift of this size is found with the plan's power:
 *
 *     n = ( z_{1−α/2} √(2 p̄ (1 − p̄)) + z_power √(p₀ (1 − p₀) + p₁ (1 − p₁)) )² / (p₁ − p₀)²
 *
 * Source: Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd ed., 2003, 4.14.
 *
 * @param rate p₀ of the control, above 0, below 1
 * @param lift relative, for example 0.1 for 10 % more; not 0
 * @returns rounded up; Infinity where the lift would carry the rate outside of 0 to 1
 */
export function usersNeeded(rate: number, lift: number, { alpha, power }: Plan): number {
  const changed = rate * (1 + lift);
  if (!(rate > 0 && rate < 1 && changed > 0 && changed < 1) || lift === 0) return Number.POSITIVE_INFINITY;
  const mean = (rate + changed) / 2;
  const root =
    normalQuantile(1 - alpha / 2) * Math.sqrt(2 * mean * (1 - mean)) +
    normalQuantile(power) * Math.sqrt(rate * (1 - rate) + changed * (1 - changed));
  return Math.ceil((root / (changed - rate)) ** 2);
}

/**
 * Probability that a two-sided z-test at level α finds a difference of a size.
 *
 * @param difference the true difference, in the metric's unit
 * @param variance of its estimate
 */
export function powerOf(difference: number, variance: number, alpha: number): number {
  const z = normalQuantile(1 - alpha / 2);
  const shift = Math.abs(difference) / Math.sqrt(variance);
  return normalUpperTail(z - shift) + normalUpperTail(z + shift);
}

/**
 * Days until each variant has the people it needs, at the pace so far.
 *
 * @param users people of the variant that has fewest
 * @param days since the experiment began, > 0
 * @returns 0 when they are there; Infinity while nobody comes
 */
export function daysLeft(needed: number, users: number, days: number): number {
  return users >= needed ? 0 : Math.ceil((needed - users) / (users / days));
}
