import { Accumulator } from "./accumulator.js";
import type { SparseRows } from "./csr.js";
import { TopK } from "./top-k.js";

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
 * Source: Sarwar et al., "Item-Based Collaborative Filtering Recommendation Algorithms", WWW 2001 (cosine);
 * Ferrari Dacrema, Cremonesi and Jannach, "Are We Really Making Much Progress?", RecSys 2019 (the form of the
 * shrinkage, after Bell and Koren).
 *
 * Works over the inverted index, so that only rows with a column in common are touched and found.
 * Cost: O(Σ_j min(column's length, rowsPerColumn) + touched · log neighbours).
 * The object holds its scratch, some 12 bytes a row, and may be used again and again.
 */
export class NearestRows {
  private readonly dots = new Accumulator();

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
    this.dots.reserve(squaredNorms.length);
    this.addUp(query, byColumn, limits.rowsPerColumn);
    let squaredNorm = 0;
    for (let i = 0; i < query.count; i++) squaredNorm += query.values[i]! ** 2;
    const top = new TopK(limits.neighbours);
    const { values: dots, touched, count } = this.dots;
    for (let i = 0; i < count; i++) {
      const row = touched[i]!;
      if (row === query.row) continue;
      top.offer(row, dots[row]! / (Math.sqrt(squaredNorm * squaredNorms[row]!) + shrinkage));
    }
    this.dots.clear();
    const { ids, scores } = top.take();
    return { rows: ids, similarities: scores };
  }

  private addUp(query: QueryRow, byColumn: SparseRows, rowsPerColumn: number): void {
    const { offsets, lengths, indices, values } = byColumn;
    for (let i = 0; i < query.count; i++) {
      const column = query.columns[i]!;
      if (column >= lengths.length) continue;
      const value = query.values[i]!;
      const end = offsets[column]! + lengths[column]!;
      for (let p = Math.max(offsets[column]!, end - rowsPerColumn); p < end; p++) {
        this.dots.add(indices[p]!, value * values[p]!);
      }
    }
  }
}
