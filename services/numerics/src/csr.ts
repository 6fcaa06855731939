/**
 * The rows of a sparse matrix, in flat arrays. Row r has the entries
 *
 *     indices[p] (the column) and values[p]   for offsets[r] ≤ p < offsets[r] + lengths[r].
 *
 * Entries of a row need not be sorted, and there may be unused room between rows: compressed sparse rows are
 * the case where there is none.
 */
export interface SparseRows {
  /** Where each row begins. */
  readonly offsets: Uint32Array;
  /** How many entries each row has. */
  readonly lengths: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array | Float64Array;
}

/**
 * Compressed sparse rows of `count` entries given as triplets: entry i is at (rowOf[i], columnOf[i]).
 * Entries keep their order within a row; equal coordinates stay apart. Cost: O(rows + count).
 *
 * @param entryValues the entries' values; 1 for all when left out
 */
export function csrFromTriplets(
  rows: number,
  rowOf: Uint32Array,
  columnOf: Uint32Array,
  count: number,
  entryValues?: Float32Array,
): SparseRows {
  const lengths = new Uint32Array(rows);
  for (let i = 0; i < count; i++) {
    const row = rowOf[i]!;
    if (row >= rows) throw new RangeError(`entry ${i} is in row ${row} of ${rows}`);
    lengths[row]! += 1;
  }
  const offsets = new Uint32Array(rows);
  for (let row = 1; row < rows; row++) offsets[row] = offsets[row - 1]! + lengths[row - 1]!;
  const next = offsets.slice(); // where the next entry of each row goes
  const indices = new Uint32Array(count);
  const values = new Float32Array(count).fill(1);
  for (let i = 0; i < count; i++) {
    const row = rowOf[i]!;
    const p = next[row]!;
    next[row] = p + 1;
    indices[p] = columnOf[i]!;
    if (entryValues !== undefined) values[p] = entryValues[i]!;
  }
  return { offsets, lengths, indices, values };
}
