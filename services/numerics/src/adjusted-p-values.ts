/**
 * P-values adjusted for being several, by Holm: rejecting those at most α wrongs any true hypothesis with a
 * probability of at most α, however the tests depend on each other. In order of the p-values the i-th of m
 * becomes (m − i) · p, i from 0, at least what the one before became and at most 1. Source: Holm, "A Simple
 * Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6(2), 1979.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const { length } = pValues;
  const adjusted = new Array<number>(length);
  let least = 0;
  for (const [i, place] of inOrder(pValues).entries()) {
    least = Math.max(least, Math.min(1, (length - i) * pValues[place]!));
    adjusted[place] = least;
  }
  return adjusted;
}

/**
 * P-values adjusted by Benjamini and Hochberg: of those rejected at most a share α is wronged on average, where
 * tests are independent or depend positively. In order the i-th of m becomes m/(i+1) · p, at most what the next
 * one became. Source: Benjamini and Hochberg, "Controlling the False Discovery Rate", J. R. Statist. Soc. B 57, 1995.
 */
export function benjaminiHochbergAdjusted(pValues: readonly number[]): number[] {
  const { length } = pValues;
  const adjusted = new Array<number>(length);
  let most = 1;
  for (const [i, place] of [...inOrder(pValues).entries()].toReversed()) {
    most = Math.min(most, (length / (i + 1)) * pValues[place]!);
    adjusted[place] = most;
  }
  return adjusted;
}

function inOrder(pValues: readonly number[]): number[] {
  return [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
}
