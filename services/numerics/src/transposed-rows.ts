import type { SparseRows } from "./csr.js";

/**
 * The transpose of a sparse matrix: for each column the rows that have an entry there, in ascending order (an
 * inverted index). Cost: O(columns + entries).
 *
 * @param columns how many columns the matrix has
 * @param only the rows to take in, ascending; all when left out
 */
export function transposedRows(matrix: SparseRows, columns: number, only?: Uint32Array): SparseRows {
  const rows = only ?? Uint32Array.from(matrix.lengths.keys());
  const lengths = new Uint32Array(columns);
  let count = 0;
  for (const row of rows) {
    const begin = matrix.offsets[row]!;
    const end = begin + matrix.lengths[row]!;
    for (let p = begin; p < end; p++) lengths[matrix.indices[p]!]! += 1;
    count += end - begin;
  }
  const offsets = new Uint32Array(columns);
  for (let column = 1; column < columns; column++) {
    offsets[column] = offsets[column - 1]! + lengths[column - 1]!;
  }
  const next = offsets.slice(); // where the next entry of each column goes
  const indices = new Uint32Array(count);
  const values = new Float32Array(count);
  for (const row of rows) {
    const begin = matrix.offsets[row]!;
    const end = begin + matrix.lengths[row]!;
    for (let p = begin; p < end; p++) {
      const slot = next[matrix.indices[p]!]!++;
      indices[slot] = row;
      values[slot] = matrix.values[p]!;
    }
  }
  return { offsets, lengths, indices, values };
}
