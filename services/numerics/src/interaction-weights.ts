import { checkSparseRows } from "./check-sparse-rows.js";
import type { SparseRows } from "./csr.js";

/**
 * How much an interaction says about the row that has it.
 *
 * - counts: as much as its value.
 * - tfidf: less, the more rows have the column: √r_uj · idf_j.
 * - bm25: besides, hardly more for a large value than for a middling one, and less in a row with much of
 *   everything: idf_j · r_uj · (k1 + 1) / (r_uj + k1 · (1 − b + b · Σ_j r_uj / mean row sum)).
 *
 * with idf_j = ln N − ln(1 + n_j): N rows, of which n_j have column j. It falls below zero, by little, for a column
 * that all rows have.
 *
 * Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with k1 (usually
 * 1.2) and b (usually 0.75, from 0 to 1); the idf and the root in tfidf are those of the Python package `implicit`
 * (nearest_neighbours.py), so that figures can be compared.
 */
export type Weighting =
  | { readonly kind: "counts" }
  | { readonly kind: "tfidf" }
  | { readonly kind: "bm25"; readonly k1: number; readonly b: number };

/**
 * What the weights take from the matrix as a whole. With the same statistics a row's weights depend on that row
 * alone, whatever happens to the others: who brings a neighbourhood up to date weighs with those of the former matrix.
 */
export interface WeightStatistics {
  /** N. */
  readonly rows: number;
  /** n_j of each column; 0 for those past its end. */
  readonly columnCounts: Uint32Array;
  readonly meanRowSum: number;
}

export function weightStatistics(matrix: SparseRows, columns: number): WeightStatistics {
  checkSparseRows("matrix", matrix, columns);
  const columnCounts = new Uint32Array(columns);
  let sum = 0;
  for (let row = 0; row < matrix.lengths.length; row++) {
    const begin = matrix.offsets[row]!;
    for (let p = begin; p < begin + matrix.lengths[row]!; p++) {
      columnCounts[matrix.indices[p]!]! += 1;
      sum += matrix.values[p]!;
    }
  }
  const rows = matrix.lengths.length;
  return { rows, columnCounts, meanRowSum: rows === 0 ? 0 : sum / rows };
}

/**
 * The matrix with its values weighted, entries in their old places. Cost: O(entries).
 *
 * @param matrix values ≥ 0
 * @throws RangeError naming the value that cannot be weighted
 */
export function weightedRows(
  matrix: SparseRows,
  weighting: Weighting,
  statistics: WeightStatistics,
): SparseRows {
  if (weighting.kind === "bm25") checkBm25(weighting);
  const idf = inverseFrequencies(statistics);
  const idfOfUnseen = inverseFrequency(statistics.rows, 0);
  const values = new Float32Array(matrix.values.length);
  for (let row = 0; row < matrix.lengths.length; row++) {
    const begin = matrix.offsets[row]!;
    const end = begin + matrix.lengths[row]!;
    const halfWay = weighting.kind === "bm25" ? saturation(matrix, begin, end, weighting, statistics) : 0;
    for (let p = begin; p < end; p++) {
      const value = matrix.values[p]!;
      if (!(value >= 0 && value < Infinity)) throw new RangeError(`matrix has ${value} in row ${row}`);
      values[p] = weightOf(value, idf[matrix.indices[p]!] ?? idfOfUnseen, halfWay, weighting);
    }
  }
  return { ...matrix, values };
}

function weightOf(value: number, idf: number, halfWay: number, weighting: Weighting): number {
  switch (weighting.kind) {
    case "counts":
      return value;
    case "tfidf":
      return Math.sqrt(value) * idf;
    case "bm25":
      return value === 0 ? 0 : ((value * (weighting.k1 + 1)) / (value + halfWay)) * idf;
  }
}

/** The value that weighs half as much as the largest does, in a row of this length. */
function saturation(
  matrix: SparseRows,
  begin: number,
  end: number,
  { k1, b }: { k1: number; b: number },
  { meanRowSum }: WeightStatistics,
): number {
  let sum = 0;
  for (let p = begin; p < end; p++) sum += matrix.values[p]!;
  const relativeLength = meanRowSum === 0 ? 1 : sum / meanRowSum;
  return k1 * (1 - b + b * relativeLength);
}

const inverseFrequencies = ({ rows, columnCounts }: WeightStatistics) =>
  Float64Array.from(columnCounts, (count) => inverseFrequency(rows, count));

/** Nothing is known about frequencies when there were no rows: then it is 0. */
const inverseFrequency = (rows: number, count: number) => Math.log(Math.max(rows, 1)) - Math.log1p(count);

function checkBm25({ k1, b }: { k1: number; b: number }): void {
  if (!(k1 > 0 && k1 < Infinity)) throw new RangeError(`k1 is ${k1}, not above 0`);
  if (!(b >= 0 && b <= 1)) throw new RangeError(`b is ${b}, not from 0 to 1`);
}
