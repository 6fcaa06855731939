/**
 * Share of the first k of one list that are among the first k of another, whatever their order; of lists that
 * are shorter than k, of as many as the longer one has.
 *
 * @param left and @param right numbers of items, best first, each once
 * @returns 0 to 1; 1 where both are empty
 */
export function overlapAt(k: number, left: ArrayLike<number>, right: ArrayLike<number>): number {
  const most = Math.min(k, Math.max(left.length, right.length));
  if (most === 0) return 1;
  const top = new Set<number>();
  for (let i = 0; i < Math.min(k, left.length); i++) top.add(left[i]!);
  let common = 0;
  for (let i = 0; i < Math.min(k, right.length); i++) if (top.has(right[i]!)) common++;
  return common / most;
}

/**
 * Kendall's τ of the order in which two lists have the items that are in both: of all pairs of such items, the
 * share that both lists have in the same order less the share that they do not.
 * Source: Kendall, "A New Measure of Rank Correlation", Biometrika 30(1/2), 1938.
 *
 * Cost: O(n²) for n items in both.
 *
 * @param left and @param right numbers of items, best first, each once
 * @returns −1 to 1; undefined where fewer than two items are in both
 */
export function kendallTau(left: ArrayLike<number>, right: ArrayLike<number>): number | undefined {
  const placeOf = new Map<number, number>();
  for (let i = 0; i < right.length; i++) placeOf.set(right[i]!, i);
  const places: number[] = [];
  for (let i = 0; i < left.length; i++) {
    const place = placeOf.get(left[i]!);
    if (place !== undefined) places.push(place);
  }
  const n = places.length;
  if (n < 2) return undefined;
  let agreement = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) agreement += places[i]! < places[j]! ? 1 : -1;
  }
  return (2 * agreement) / (n * (n - 1));
}
