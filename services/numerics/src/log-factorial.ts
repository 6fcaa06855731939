/** ln n! for small n, where the series is not exact enough. */
const SMALL = 32;
const small = new Float64Array(SMALL);
for (let n = 2; n < SMALL; n++) small[n] = small[n - 1]! + Math.log(n);

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * ln(n!), exact to some 14 digits: Stirling's series with three terms of its correction.
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 6.1.41.
 *
 * @param n a whole number ≥ 0
 */
export function logFactorial(n: number): number {
  if (n < SMALL) return small[n]!;
  const inverse = 1 / n;
  const square = inverse * inverse;
  const correction = inverse * (1 / 12 - square * (1 / 360 - square / 1_260));
  return (n + 0.5) * Math.log(n) - n + HALF_LOG_TWO_PI + correction;
}
