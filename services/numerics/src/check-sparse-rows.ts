import type { SparseRows } from "./csr.js";

/**
 * Makes sure that a matrix is one before loops run over it that check nothing: arrays of fitting lengths, columns
 * in range and none twice in a row, values that are numbers.
 *
 * @param name what the caller knows the matrix as
 * @param columns how many columns it has
 * @throws RangeError naming the matrix, the row and what is wrong with it
 */
export function checkSparseRows(name: string, matrix: SparseRows, columns: number): void {
  const { offsets, lengths, indices, values } = matrix;
  const rowLastSeen = new Int32Array(columns).fill(-1);
  if (offsets.length < lengths.length) {
    throw new RangeError(`${name} has ${offsets.length} offsets for ${lengths.length} rows`);
  }
  for (let row = 0; row < lengths.length; row++) {
    const begin = offsets[row]!;
    const end = begin + lengths[row]!;
    if (end > indices.length || end > values.length) {
      throw new RangeError(`${name} ends before its row ${row} does`);
    }
    for (let p = begin; p < end; p++) {
      const column = indices[p]!;
      if (column >= columns) throw new RangeError(`${name} has column ${column} of ${columns} in row ${row}`);
      if (rowLastSeen[column] === row)
        throw new RangeError(`${name} has column ${column} twice in row ${row}`);
      rowLastSeen[column] = row;
      if (!Number.isFinite(values[p])) {
        throw new RangeError(`${name} has ${values[p]} in row ${row}, column ${column}`);
      }
    }
  }
}
