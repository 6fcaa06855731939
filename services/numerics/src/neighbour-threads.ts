import type { SparseRows } from "./csr.js";
import { KernelMemory } from "./kernel-memory.js";
import { KernelThreads } from "./kernel-threads.js";
import type { Kernels } from "./kernels.js";
import type { FindNeighbours, NeighbourSearch } from "./neighbour-search.js";
import { RankedLists } from "./ranked-lists.js";
import { sparseRowsAt } from "./sparse-rows-at.js";
import { stackedRows } from "./stacked-rows.js";

/** A search of fewer products, some ten milliseconds' worth, is over before threads have begun. */
const PRODUCTS_WORTH_THREADS = 10_000_000;

/** How many lists there is room for at a time: with 100 neighbours, 13 MB. */
const LISTS_AT_A_TIME = 16_384;

/** Queries that a thread takes at a time. One may cost much, so few keep all threads busy to the end. */
const CHUNK = 4;

type KernelArguments =
  Parameters<Kernels["findNeighbours"]> extends [number, number, number, ...infer Rest] ? Rest : never;

/**
 * Does searches by the kernel, in threads where that is worth it. The result does not depend on how many there are,
 * and is that of findNeighboursPlain bit for bit.
 *
 * Memory: the matrix and its index once more, and for each thread some 9 bytes a row.
 *
 * @param threads 1 to the number of cores
 * @param signal gives up when it is aborted
 */
export function neighbourFinder(threads: number, signal?: AbortSignal): FindNeighbours {
  return async (search) => {
    if (search.queries.length === 0) return stackedRows([]);
    const memory = new KernelMemory();
    try {
      return await findOver(memory, search, threads, signal);
    } finally {
      memory.release();
    }
  };
}

async function findOver(
  memory: KernelMemory,
  search: NeighbourSearch,
  threads: number,
  signal?: AbortSignal,
): Promise<SparseRows> {
  const scratchBytes = memory.kernels.neighboursScratchBytes(search.scales.length, search.neighbours);
  if (countProducts(search) < PRODUCTS_WORTH_THREADS) {
    const scratch = memory.uint8(scratchBytes).byteOffset;
    return findInParts(search, memory, async (queries, args) => {
      memory.kernels.findNeighbours(0, queries, scratch, ...args);
    });
  }
  const workers = new KernelThreads(memory, threads, scratchBytes);
  try {
    return await findInParts(search, memory, (queries, args) =>
      workers.run("findNeighbours", queries, args, { chunk: CHUNK, signal }),
    );
  } finally {
    await workers.close();
  }
}

/** How many pairs of entries of a column the search looks at. */
function countProducts({ matrix, byColumn, queries }: NeighbourSearch): number {
  let products = 0;
  for (const query of queries) {
    const begin = matrix.offsets[query]!;
    for (let p = begin; p < begin + matrix.lengths[query]!; p++) {
      products += byColumn.lengths[matrix.indices[p]!]!;
    }
  }
  return products;
}

/**
 * Has a kernel find the lists, as many at a time as there is room for.
 *
 * @param run runs the kernel for the first so many of the queries that were laid out
 */
async function findInParts(
  search: NeighbourSearch,
  memory: KernelMemory,
  run: (queries: number, args: KernelArguments) => Promise<void>,
): Promise<SparseRows> {
  const { matrix, byColumn, queries, neighbours, shrinkage } = search;
  const rows = search.scales.length;
  const scales = memory.float64(rows + 1);
  scales.set(search.scales);
  const room = Math.min(LISTS_AT_A_TIME, queries.length);
  const part = memory.uint32(room);
  const lists = {
    lengths: memory.uint32(room),
    ids: memory.uint32(room * neighbours),
    scores: memory.float32(room * neighbours),
  };
  const args: KernelArguments = [
    part.byteOffset,
    sparseRowsAt(matrix, memory),
    sparseRowsAt(byColumn, memory),
    scales.byteOffset,
    rows,
    neighbours,
    shrinkage,
    lists.lengths.byteOffset,
    lists.ids.byteOffset,
    lists.scores.byteOffset,
  ];
  const found: SparseRows[] = [];
  for (let begin = 0; begin < queries.length; begin += room) {
    const count = Math.min(room, queries.length - begin);
    part.set(queries.subarray(begin, begin + count));
    await run(count, args);
    found.push(new RankedLists(count, neighbours, lists).packed());
  }
  return stackedRows(found);
}
