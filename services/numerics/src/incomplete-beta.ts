import { logGamma } from "./log-gamma.js";

// Looked up once: where tests run, a look at a global costs more than the function.
const { abs, exp, log, log1p } = Math;

const TINY = 1e-300;
const PRECISION = 1e-16;
const MAX_STEPS = 100_000;

/**
 * The regularised incomplete beta function I_x(a, b): P(X ≤ x) of a Beta(a, b) variable, to some 12 digits,
 * and 9 where a and b are in the ten thousands.
 *
 * By its continued fraction, evaluated from the front (Lentz's method), on that side of the mean where it
 * converges fast. Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 26.5.8;
 * Thompson and Barnett, "Coulomb and Bessel Functions of Complex Arguments and Order", J. Comput. Phys. 64, 1986
 * (the modified Lentz method).
 *
 * @param x 0 to 1
 * @param a > 0
 * @param b > 0
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0)) throw new RangeError(`a and b must be above zero, not ${a} and ${b}`);
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = exp(a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - log(a));
  return front * continuedFraction(x, a, b);
}

function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    fraction *= factor;
    if (abs(factor - 1) < PRECISION) break;
  }
  return fraction;
}

/** Keeps a denominator from being zero. */
function away(value: number): number {
  return abs(value) < TINY ? TINY : value;
}
