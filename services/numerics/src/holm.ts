/**
 * Which of several hypotheses are refuted when all of them together shall be wronged with a probability of at most
 * `level`: in order of their p-values the i-th of m must be at most level / (m − i), i from 0, and after the first
 * that is not, none is. Holds however the tests depend on each other. Source: Holm, "A Simple Sequentially Rejective
 * Multiple Test Procedure", Scandinavian Journal of Statistics 6(2), 1979.
 *
 * @param pValues 0 to 1, one of each hypothesis
 * @param level 0 to 1, for example 0.05
 * @returns whether each is refuted, in the order of `pValues`
 */
export function refutedByHolm(pValues: readonly number[], level: number): boolean[] {
  const refuted = pValues.map(() => false);
  const byPValue = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  for (const [i, hypothesis] of byPValue.entries()) {
    if (pValues[hypothesis]! > level / (pValues.length - i)) break;
    refuted[hypothesis] = true;
  }
  return refuted;
}
