import type { SparseRows } from "./csr.js";
import { TopK } from "./top-k.js";
import { withLength } from "./typed-array.js";

/** One row of a matrix to compare with the others. */
export interface QueryRow {
  /** Its own number, which is not its own neighbour; −1 when it is not in the matrix. */
  readonly row: number;
  /** Its entries: columns and values, of which the first `count` count. */
  readonly columns: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly count: number;
}

/** Limits on the work that one search may do. */
export interface SearchLimits {
  /** Most neighbours to find. */
  readonly neighbours: number;
  /** Most rows to look at for each column of the query: the last ones of the column's list. */
  readonly rowsPerColumn: number;
}

/** The neighbours of a row, the most similar first. */
export interface Neighbours {
  readonly rows: Uint32Array;
  readonly similarities: Float64Array;
}

/**
 * Finds the rows of a sparse matrix R that point the same way as a given one, by their cosine with a
 * shrinkage term s ≥ 0 (unitless) that holds back those with little in common:
 *
 *     sim(u, v) = Σ_j r_uj · r_vj / (‖r_u‖ · ‖r_v‖ + s)
 *
 * Source: Sarwar et al., "Item-Based Collaborative Filtering Recommendation Algorithms", WWW 2001, § 3.1.1
 * (cosine); Bell and Koren, "Scalable Collaborative Filtering with Jointly Derived Neighborhood
 * Interpolation Weights", ICDM 2007, § 2 (shrinkage).
 *
 * Works over the inverted index, so that only rows with a column in common are touched. Only positive
 * similarities are neighbours. Cost: O(Σ_j min(column's length, rowsPerColumn) + touched · log neighbours).
 * The object holds one number of scratch a row and may be used again and again.
 */
export class NearestRows {
  private dots = new Float64Array(0);
  private touched = new Uint32Array(0);

  /**
   * @param byColumn the transpose of R: for column j the rows that have an entry there, with its value, > 0
   * @param squaredNorms ‖r_v‖² of every row
   */
  search(
    query: QueryRow,
    byColumn: SparseRows,
    squaredNorms: Float64Array,
    shrinkage: number,
    limits: SearchLimits,
  ): Neighbours {
    const touched = this.addUp(query, byColumn, squaredNorms.length, limits.rowsPerColumn);
    let squaredNorm = 0;
    for (let i = 0; i < query.count; i++) squaredNorm += query.values[i]! ** 2;
    const top = new TopK(limits.neighbours);
    for (let i = 0; i < touched; i++) {
      const row = this.touched[i]!;
      const similarity = this.dots[row]! / (Math.sqrt(squaredNorm * squaredNorms[row]!) + shrinkage);
      this.dots[row] = 0;
      if (row !== query.row && similarity > 0) top.offer(row, similarity);
    }
    const { ids, scores } = top.take();
    return { rows: ids, similarities: scores };
  }

  /** Adds the inner products up in `dots`; returns how many rows it touched, which are then in `touched`. */
  private addUp(query: QueryRow, byColumn: SparseRows, rows: number, rowsPerColumn: number): number {
    const { offsets, lengths, indices, values } = byColumn;
    this.dots = withLength(this.dots, rows);
    this.touched = withLength(this.touched, rows);
    const { dots, touched } = this;
    let count = 0;
    for (let i = 0; i < query.count; i++) {
      const column = query.columns[i]!;
      if (column >= lengths.length) continue;
      const value = query.values[i]!;
      const end = offsets[column]! + lengths[column]!;
      for (let p = Math.max(offsets[column]!, end - rowsPerColumn); p < end; p++) {
        const row = indices[p]!;
        if (dots[row] === 0) touched[count++] = row;
        dots[row]! += value * values[p]!;
      }
    }
    return count;
  }
}
