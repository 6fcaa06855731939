import type { SparseRows } from "./csr.js";
import { type FindNeighbours, type NeighbourOptions, neighbourSearch } from "./neighbour-search.js";
import { RankedLists } from "./ranked-lists.js";
import { transposedRows } from "./transposed-rows.js";

/** The neighbours of all rows of a matrix. */
export interface Neighbourhood {
  /** The rows, weighted. */
  readonly matrix: SparseRows;
  readonly options: NeighbourOptions;
  /** Row u has the neighbours of row u, nearest first, with their similarities. */
  readonly lists: SparseRows;
}

/** A neighbourhood that was brought up to date, and how much was done for it. */
export interface NeighbourhoodUpdate extends Neighbourhood {
  /** How many rows have entries other than before. */
  readonly changed: number;
  /** How many rows, themselves unchanged, had to be compared with all others anew. */
  readonly affected: number;
}

/** The neighbours of all rows of a matrix, by comparing each with all that it has a column in common with. */
export async function findAllNeighbours(
  matrix: SparseRows,
  columns: number,
  options: NeighbourOptions,
  find: FindNeighbours,
): Promise<Neighbourhood> {
  return { matrix, options, lists: await find(neighbourSearch(matrix, columns, options)) };
}

/**
 * The neighbours of all rows of a matrix, from those of a former one. Equal, bit for bit, to finding them all anew.
 *
 * Why: sim(u, v) depends on the rows u and v alone. Let C be the rows whose entries differ from the former matrix;
 * they are found by comparing, so that none can be forgotten, and a row that was added is one of them.
 *
 * - A row in C is compared with all.
 * - A row u outside C has its former similarities to all others outside C. It is compared with C alone, by an
 *   inverted index of C alone, and its new list is the best of these and of its former list without C. What is
 *   missing from that? Rows outside C that were not in the former list. None was, if the list was not full; else
 *   they come after its last entry, w. So the new list is right if the former was not full, or if the new one is
 *   full and its last entry no worse than w.
 * - Otherwise a member of C has left or fallen, and those after w count again: u is affected, and is compared with
 *   all.
 *
 * Weights that depend on the matrix as a whole (interaction-weights.ts) move in all rows when its statistics do,
 * and then all is found anew: right, but slow. To stay incremental weigh the new matrix with the statistics of the
 * former, and renew them in a full run now and then.
 *
 * Cost: a full run's for the changed and affected rows, and O(entries + all lists).
 *
 * @param matrix weighted; has the rows of the former and maybe more. To take a row away, empty it
 * @throws RangeError naming what is wrong with which argument
 */
export async function updateNeighbours(
  former: Neighbourhood,
  matrix: SparseRows,
  columns: number,
  find: FindNeighbours,
): Promise<NeighbourhoodUpdate> {
  const { options, lists } = former;
  const rows = matrix.lengths.length;
  if (lists.lengths.length > rows)
    throw new RangeError(`matrix has ${rows} rows, not ${lists.lengths.length}`);
  const isChanged = Uint8Array.from(matrix.lengths, (_, row) =>
    isSameRow(former.matrix, matrix, row) ? 0 : 1,
  );
  const changed = rowsThatAre(1, isChanged);
  const unchanged = rowsThatAre(0, isChanged);
  const search = neighbourSearch(matrix, columns, options, changed);
  const ofChanged = await find(search);
  const amongChanged = await find({
    ...search,
    queries: unchanged,
    byColumn: transposedRows(matrix, columns, changed),
  });

  const updated = new RankedLists(rows, options.neighbours);
  const affected = unchanged.filter((row, i) => {
    updated.merge(row, lists, row, isChanged, amongChanged, i);
    return lists.lengths[row] === options.neighbours && !updated.isAsGood(row, lists, row);
  });
  const ofAffected = await find({ ...search, queries: affected });
  for (const [i, row] of changed.entries()) updated.set(row, ofChanged, i);
  for (const [i, row] of affected.entries()) updated.set(row, ofAffected, i);
  return { matrix, options, lists: updated.packed(), changed: changed.length, affected: affected.length };
}

/** The rows whose mark is `mark`, in ascending order. */
function rowsThatAre(mark: number, marks: Uint8Array): Uint32Array {
  return Uint32Array.from(marks.keys()).filter((row) => marks[row] === mark);
}

/** Whether a row has the same entries in the same order in both matrices; not when `a` does not have it. */
function isSameRow(a: SparseRows, b: SparseRows, row: number): boolean {
  const length = b.lengths[row]!;
  if (a.lengths[row] !== length) return false;
  const p = a.offsets[row]!;
  const q = b.offsets[row]!;
  for (let i = 0; i < length; i++) {
    if (a.indices[p + i] !== b.indices[q + i] || a.values[p + i] !== b.values[q + i]) return false;
  }
  return true;
}
