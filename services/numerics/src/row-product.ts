import type { Accumulator } from "./accumulator.js";
import type { SparseRows } from "./csr.js";

/** Entries of a vector, the rest of which is zero. */
export interface SparseVector {
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/**
 * Adds x·M, a combination of rows of a sparse matrix, to `sums`. That is how neighbours score:
 *
 * - item to item: x is what a user has had, M the neighbours of each item, and item j gets Σ_i x_i · sim(i, j);
 * - user to user: x is a user's neighbours, M what each user has had, and item j gets Σ_v sim(u, v) · r_vj.
 *
 * Source: Deshpande and Karypis, "Item-Based Top-N Recommendation Algorithms", ACM TOIS 22(1), 2004 (item to item);
 * Sarwar et al., "Analysis of Recommendation Algorithms for E-Commerce", EC 2000 (user to user, most frequent item).
 *
 * Cost: O(entries of the rows that x names). Rows that M does not have count for nothing.
 *
 * @param x entries > 0
 * @param matrix entries > 0
 * @throws RangeError for a value of x that is not above 0
 */
export function addRowProduct(x: SparseVector, matrix: SparseRows, columns: number, sums: Accumulator): void {
  sums.reserve(columns);
  for (let i = 0; i < x.indices.length; i++) {
    const row = x.indices[i]!;
    const scale = x.values[i]!;
    if (!(scale > 0 && scale < Infinity))
      throw new RangeError(`x has ${scale} at ${row}, not a number above 0`);
    if (row >= matrix.lengths.length) continue;
    const begin = matrix.offsets[row]!;
    const end = begin + matrix.lengths[row]!;
    for (let p = begin; p < end; p++) sums.add(matrix.indices[p]!, scale * matrix.values[p]!);
  }
}

/**
 * x·M in full, for entries of any sign. Cost: O(columns + entries of the rows that x names).
 *
 * @throws RangeError for a value of x that is no number
 */
export function rowProduct(x: SparseVector, matrix: SparseRows, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < x.indices.length; i++) {
    const row = x.indices[i]!;
    const scale = x.values[i]!;
    if (!Number.isFinite(scale)) throw new RangeError(`x has ${scale} at ${row}`);
    if (row >= matrix.lengths.length) continue;
    const begin = matrix.offsets[row]!;
    const end = begin + matrix.lengths[row]!;
    for (let p = begin; p < end; p++) sums[matrix.indices[p]!]! += scale * matrix.values[p]!;
  }
  return sums;
}
