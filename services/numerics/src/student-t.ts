import { incompleteBeta } from "./incomplete-beta.js";
import { normalQuantile } from "./normal.js";

/**
 * P(T > t) of a Student variable. Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964,
 * 26.7.1.
 *
 * @param degrees degrees of freedom, > 0, whole or not
 */
export function studentUpperTail(t: number, degrees: number): number {
  if (t < 0) return 1 - studentUpperTail(-t, degrees);
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
}

/**
 * The t that P(T ≤ t) = p of a Student variable, by bisection from what a normal would give.
 *
 * @param p above 0, below 1
 * @param degrees degrees of freedom, > 0, whole or not
 */
export function studentQuantile(p: number, degrees: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  if (p === 0.5) return 0;
  let low = 0;
  let high = Math.max(1, normalQuantile(p));
  while (studentUpperTail(high, degrees) > 1 - p) high *= 2;
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (studentUpperTail(middle, degrees) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
