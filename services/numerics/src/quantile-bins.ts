/**
 * Upper edges of bins that hold about as many of the values each, ascending and each once. Bin i holds what is
 * above edge i − 1 and at most edge i; one more bin holds what is above the last edge. A value that makes up
 * more than a bin's share gets a bin of its own, so that there may be fewer bins than asked for; where that is
 * the smallest value there is one more bin for what is below it, which is empty until something moves there.
 *
 * @param values in any order, none of them NaN; at least one
 * @param bins wanted, ≥ 1
 * @returns 1 to `bins` edges
 */
export function quantileEdges(values: Float64Array, bins: number): Float64Array {
  if (values.length === 0) throw new RangeError("there are no quantiles of nothing");
  const sorted = values.toSorted();
  const smallest = sorted[0]!;
  const largest = sorted.at(-1)!;
  const edges = new Set<number>();
  for (let bin = 1; bin < bins; bin++) edges.add(sorted[Math.ceil((bin * sorted.length) / bins) - 1]!);
  if (largest > smallest) edges.delete(largest); // nothing is above it
  if (edges.size === 0) edges.add(smallest);
  if (edges.has(smallest)) edges.add(below(smallest));
  return Float64Array.from(edges).sort();
}

/** A number just below another, relatively speaking. */
function below(number: number): number {
  return number - Math.max(Math.abs(number) * Number.EPSILON, Number.MIN_VALUE);
}

/** Number of the bin that a value belongs to, by binary search; NaN belongs to the last one. */
export function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many of the values fall into each bin. */
export function countByBin(edges: Float64Array, values: Iterable<number>): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  for (const value of values) counts[binOf(edges, value)]! += 1;
  return counts;
}
