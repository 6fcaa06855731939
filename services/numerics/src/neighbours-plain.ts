import type { SparseRows } from "./csr.js";
import type { NeighbourSearch } from "./neighbour-search.js";
import { TopK } from "./top-k.js";

/** Does a search as its definition says: what the kernel and its threads are tested against. */
export async function findNeighboursPlain(search: NeighbourSearch): Promise<SparseRows> {
  const { matrix, byColumn, scales, queries, neighbours, shrinkage } = search;
  const lists = Array.from(queries, (query) => {
    const dots = new Float64Array(scales.length);
    forEachEntry(matrix, query, (column, value) => {
      forEachEntry(byColumn, column, (row, other) => {
        dots[row]! += value * other;
      });
    });
    const top = new TopK(neighbours);
    for (const [row, dot] of dots.entries()) {
      const similarity = Math.fround(dot / (scales[query]! * scales[row]! + shrinkage));
      if (row !== query && similarity > 0) top.offer(row, similarity);
    }
    return top.take();
  });
  const lengths = Uint32Array.from(lists, ({ ids }) => ids.length);
  const offsets = new Uint32Array(lists.length);
  for (let i = 1; i < lists.length; i++) offsets[i] = offsets[i - 1]! + lengths[i - 1]!;
  return {
    offsets,
    lengths,
    indices: Uint32Array.from(lists.flatMap(({ ids }) => [...ids])),
    values: Float32Array.from(lists.flatMap(({ scores }) => [...scores])),
  };
}

function forEachEntry(rows: SparseRows, row: number, use: (column: number, value: number) => void): void {
  const begin = rows.offsets[row]!;
  for (let p = begin; p < begin + rows.lengths[row]!; p++) use(rows.indices[p]!, rows.values[p]!);
}
