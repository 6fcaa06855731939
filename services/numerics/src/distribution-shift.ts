/**
 * How far a distribution has moved from what it was, both given as counts, or shares, by the same bins.
 */

/** Share that a bin is given at least, so that one which nothing falls into does not cost infinity. */
const SMALLEST_SHARE = 1e-4;

/**
 * The population stability index
 *
 *     Σ_i (a_i − e_i) · ln(a_i / e_i)
 *
 * with e_i and a_i the shares of bin i before and now, each at least 10⁻⁴: the divergence of Kullback and
 * Leibler in both directions, added. Not negative; 0 for the same shares. By custom less than 0.1 is no shift,
 * more than 0.25 a large one. For n samples now and m before and no shift it is about (bins − 1)(1/n + 1/m).
 * Source: Jeffreys, "An Invariant Form for the Prior Probability in Estimation Problems", Proc. R. Soc. A 186,
 * 1946; the custom: Siddiqi, "Credit Risk Scorecards", 2006, and for its size under no shift Yurdakul,
 * "Statistical Properties of Population Stability Index", 2018.
 *
 * @param expected counts or shares before, not all zero
 * @param actual counts or shares now, as many, not all zero
 */
export function populationStabilityIndex(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  const [wholeExpected, wholeActual] = totals(expected, actual);
  let index = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    const e = Math.max(SMALLEST_SHARE, expected[bin]! / wholeExpected);
    const a = Math.max(SMALLEST_SHARE, actual[bin]! / wholeActual);
    index += (a - e) * Math.log(a / e);
  }
  return index;
}

/**
 * The two-sample statistic of Kolmogorov and Smirnov, max_x |F(x) − G(x)|, over the edges between bins: that of
 * the samples themselves where each bin holds one value, and at most that otherwise. 0 to 1.
 * Source: Smirnov, "Table for Estimating the Goodness of Fit of Empirical Distributions", Ann. Math. Stat. 19, 1948.
 *
 * @param expected counts or shares before, by bin in the order of the values, not all zero
 * @param actual counts or shares now, as many, not all zero
 */
export function kolmogorovSmirnov(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  const [wholeExpected, wholeActual] = totals(expected, actual);
  let expectedUpTo = 0;
  let actualUpTo = 0;
  let largest = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    expectedUpTo += expected[bin]! / wholeExpected;
    actualUpTo += actual[bin]! / wholeActual;
    largest = Math.max(largest, Math.abs(expectedUpTo - actualUpTo));
  }
  return largest;
}

function totals(expected: ArrayLike<number>, actual: ArrayLike<number>): [number, number] {
  if (expected.length !== actual.length) {
    throw new RangeError(`there are ${actual.length} bins now and ${expected.length} before`);
  }
  let [wholeExpected, wholeActual] = [0, 0];
  for (let bin = 0; bin < expected.length; bin++) {
    wholeExpected += expected[bin]!;
    wholeActual += actual[bin]!;
  }
  if (!(wholeExpected > 0 && wholeActual > 0)) throw new RangeError("a distribution of nothing has no shape");
  return [wholeExpected, wholeActual];
}
