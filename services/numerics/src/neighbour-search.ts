import { checkSparseRows } from "./check-sparse-rows.js";
import type { SparseRows } from "./csr.js";
import { transposedRows } from "./transposed-rows.js";

/**
 * A search for the rows of a sparse matrix R that are most like each of some of its rows, by
 *
 *     sim(u, v) = Σ_j r_uj · r_vj / (s_u · s_v + shrinkage)
 *
 * The sum is taken in double precision in the order of u's entries; the similarity is rounded to single precision,
 * and the rounded one is what counts. A row is no neighbour of itself, and one with a similarity of 0 or less is
 * nobody's. Of equal similarities the row with the smaller number comes first.
 *
 * The lists come as sparse rows: row i has the neighbours of queries[i], nearest first, with their similarities.
 */
export interface NeighbourSearch {
  /** R. */
  readonly matrix: SparseRows;
  /** For each column of R the rows that may be neighbours and have an entry there. */
  readonly byColumn: SparseRows;
  /** s_u of every row, > 0 for a row with entries. */
  readonly scales: Float64Array;
  /** The rows whose neighbours are wanted. */
  readonly queries: Uint32Array;
  /** Most neighbours in a list. */
  readonly neighbours: number;
  /** Holds back those with little in common; ≥ 0. */
  readonly shrinkage: number;
}

/** Does searches: the plain twin in findNeighboursPlain, or threads. */
export type FindNeighbours = (search: NeighbourSearch) => Promise<SparseRows>;

/** How similarity is measured, and how much of it is kept. */
export interface NeighbourOptions {
  /**
   * - cosine: s_u = ‖r_u‖. Sarwar et al., "Item-Based Collaborative Filtering Recommendation Algorithms", WWW 2001;
   *   for the shrinkage, Ferrari Dacrema, Cremonesi and Jannach, "Are We Really Making Much Progress?", RecSys 2019.
   * - dot: s_u = 1. What `implicit` does with BM25 weights, which have a row's length in them.
   */
  readonly similarity: "cosine" | "dot";
  readonly neighbours: number;
  readonly shrinkage: number;
}

/**
 * The search for the neighbours of some rows among all.
 *
 * @param matrix the rows, weighted
 * @param columns how many columns it has
 * @param queries rows of the matrix; all when left out
 * @throws RangeError naming what is wrong with which argument
 */
export function neighbourSearch(
  matrix: SparseRows,
  columns: number,
  options: NeighbourOptions,
  queries?: Uint32Array,
): NeighbourSearch {
  const { neighbours, shrinkage } = options;
  checkSparseRows("matrix", matrix, columns);
  if (!Number.isInteger(neighbours) || neighbours < 1) {
    throw new RangeError(`neighbours is ${neighbours}, not a whole number from 1`);
  }
  if (!(shrinkage >= 0 && shrinkage < Infinity)) {
    throw new RangeError(`shrinkage is ${shrinkage}, not a number from 0`);
  }
  const rows = matrix.lengths.length;
  const unknown = queries?.find((row) => row >= rows);
  if (unknown !== undefined) throw new RangeError(`queries has row ${unknown} of ${rows}`);
  return {
    matrix,
    byColumn: transposedRows(matrix, columns),
    scales: options.similarity === "cosine" ? norms(matrix) : new Float64Array(rows).fill(1),
    queries: queries ?? Uint32Array.from(matrix.lengths.keys()),
    neighbours,
    shrinkage,
  };
}

/** ‖r_u‖ of every row. */
function norms({ offsets, lengths, values }: SparseRows): Float64Array {
  return Float64Array.from(lengths, (length, row) => {
    let sum = 0;
    for (let p = offsets[row]!; p < offsets[row]! + length; p++) sum += values[p]! ** 2;
    return Math.sqrt(sum);
  });
}
