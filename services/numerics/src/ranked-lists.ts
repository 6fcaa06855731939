import type { SparseRows } from "./csr.js";
import { stackedRows } from "./stacked-rows.js";

/** The arrays that lists of scored ids lie in; list i begins at i · room in `ids` and `scores`. */
export interface ListArrays {
  readonly lengths: Uint32Array;
  readonly ids: Uint32Array;
  readonly scores: Float32Array;
}

/**
 * Lists of at most `room` scored ids each, best first and of equal scores the smaller id first. They can be written
 * in any order, since each has its place from the beginning.
 */
export class RankedLists {
  constructor(
    private readonly lists: number,
    private readonly room: number,
    private readonly arrays: ListArrays = {
      lengths: new Uint32Array(lists),
      ids: new Uint32Array(lists * room),
      scores: new Float32Array(lists * room),
    },
  ) {}

  /** Makes list `to` that of a row. */
  set(to: number, rows: SparseRows, row: number): void {
    const begin = rows.offsets[row]!;
    const end = begin + rows.lengths[row]!;
    this.write(to, rows.indices.subarray(begin, end), rows.values.subarray(begin, end));
  }

  /** Writes list `to`. */
  write(to: number, ids: Uint32Array, scores: Float32Array | Float64Array): void {
    this.arrays.ids.set(ids, to * this.room);
    this.arrays.scores.set(scores, to * this.room);
    this.arrays.lengths[to] = ids.length;
  }

  /**
   * Makes list `to` the best of the entries of two rows, each best first.
   *
   * @param isLeftOut for each id 1 when entries of `a` with that id do not count
   */
  merge(
    to: number,
    a: SparseRows,
    rowOfA: number,
    isLeftOut: Uint8Array,
    b: SparseRows,
    rowOfB: number,
  ): void {
    let p = a.offsets[rowOfA]!;
    let q = b.offsets[rowOfB]!;
    const endOfA = p + a.lengths[rowOfA]!;
    const endOfB = q + b.lengths[rowOfB]!;
    let length = 0;
    while (length < this.room) {
      while (p < endOfA && isLeftOut[a.indices[p]!] === 1) p++;
      if (p === endOfA && q === endOfB) break;
      const takesA = q === endOfB || (p < endOfA && isBetter(a, p, b, q));
      const slot = to * this.room + length++;
      this.arrays.ids[slot] = takesA ? a.indices[p]! : b.indices[q]!;
      this.arrays.scores[slot] = takesA ? a.values[p++]! : b.values[q++]!;
    }
    this.arrays.lengths[to] = length;
  }

  /** Whether list `list` is full, and its last entry no worse than a row's last. */
  isAsGood(list: number, rows: SparseRows, row: number): boolean {
    if (this.arrays.lengths[list] !== this.room) return false;
    const last = (list + 1) * this.room - 1;
    const lastOfRow = rows.offsets[row]! + rows.lengths[row]! - 1;
    return !isBetter(rows, lastOfRow, { indices: this.arrays.ids, values: this.arrays.scores }, last);
  }

  /** A copy of the lists, without room between them. */
  packed(): SparseRows {
    const { lengths, ids, scores } = this.arrays;
    const offsets = Uint32Array.from({ length: this.lists }, (_, list) => list * this.room);
    return stackedRows([{ offsets, lengths: lengths.subarray(0, this.lists), indices: ids, values: scores }]);
  }
}

/** Whether entry p of `a` comes before entry q of `b`. */
function isBetter(
  a: Pick<SparseRows, "indices" | "values">,
  p: number,
  b: Pick<SparseRows, "indices" | "values">,
  q: number,
): boolean {
  const difference = a.values[p]! - b.values[q]!;
  return difference > 0 || (difference === 0 && a.indices[p]! < b.indices[q]!);
}
