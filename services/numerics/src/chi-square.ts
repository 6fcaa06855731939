import { logGamma } from "./log-gamma.js";
import { normalUpperTail } from "./normal.js";

const PRECISION = 1e-17;
const MAX_STEPS = 100_000;

/**
 * P(X > x) of a chi-square variable: the regularised upper incomplete gamma function Q(degrees/2, x/2). By its
 * series below the mean and by its continued fraction above. Source: Abramowitz and Stegun, "Handbook of
 * Mathematical Functions", 1964, 6.5.29 and 6.5.31.
 *
 * @param x ≥ 0
 * @param degrees degrees of freedom, > 0
 */
export function chiSquareUpperTail(x: number, degrees: number): number {
  if (!(degrees > 0)) throw new RangeError(`degrees of freedom must be above zero, not ${degrees}`);
  if (x <= 0) return 1;
  // With one degree it is the square of a normal, which is exact further out.
  if (degrees === 1) return 2 * normalUpperTail(Math.sqrt(x));
  const a = degrees / 2;
  const z = x / 2;
  const front = Math.exp(a * Math.log(z) - z - logGamma(a));
  return z < a + 1 ? 1 - front * series(a, z) : front * continuedFraction(a, z);
}

function series(a: number, z: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n <= MAX_STEPS && term > sum * PRECISION; n++) {
    term *= z / (a + n);
    sum += term;
  }
  return sum;
}

/** 1/(z+1−a− 1·(1−a)/(z+3−a− 2·(2−a)/(z+5−a− …))), from the front. */
function continuedFraction(a: number, z: number): number {
  let b = z + 1 - a;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n <= MAX_STEPS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < PRECISION) break;
  }
  return fraction;
}
