import { Accumulator } from "@craic/numerics/accumulator.js";
import type { SparseRows } from "@craic/numerics/csr.js";
import { type Weighting, weightedRows, weightStatistics } from "@craic/numerics/interaction-weights.js";
import { neighbourFinder } from "@craic/numerics/neighbour-threads.js";
import { findAllNeighbours } from "@craic/numerics/neighbourhood.js";
import { transposedRows } from "@craic/numerics/transposed-rows.js";
import type { Algorithm, Parameter, Scorer, Settings, Training } from "./algorithm.js";
import { userItemMatrix } from "./user-item-matrix.js";

/** A kernel has room for 16,384 lists at a time: with so many neighbours each, 1.3 GB. */
const neighbours: Parameter = { preset: 100, from: 20, to: 500, scale: "log", whole: true, most: 10_000 };
const shrinkage: Parameter = { preset: 10, from: 0.1, to: 200, scale: "log" };
/** Place in `weightings`. */
const weighting: Parameter = { preset: 1, from: 0, to: 2, scale: "linear", whole: true, most: 2 };
const weightings: readonly { weighting: Weighting; similarity: "cosine" | "dot" }[] = [
  { weighting: { kind: "counts" }, similarity: "cosine" },
  { weighting: { kind: "tfidf" }, similarity: "cosine" },
  // Not the cosine, which would undo what BM25 takes off long rows.
  { weighting: { kind: "bm25", k1: 1.2, b: 0.75 }, similarity: "dot" },
];

/** What the people like you have: the sum of their similarities. */
export const userKnn: Algorithm = {
  name: "user-knn",
  summary: "items of the most similar users, by cosine; weighting: 0 counts, 1 TF-IDF, 2 BM25 (dot product)",
  parameters: { neighbours, shrinkage, weighting },
  async fit(training, settings) {
    const matrix = userItemMatrix(training);
    const lists = await neighboursOf(matrix, training.items, settings, training);
    return spreading(training.items, (user, add) => {
      eachEntry(lists, user, (other, similarity) =>
        eachEntry(matrix, other, (item) => add(item, similarity)),
      );
    });
  },
};

/** What is like the items that you have: the sum of its similarities to them. */
export const itemKnn: Algorithm = {
  name: "item-knn",
  summary: "items most similar to the user's own, by cosine; weighting as there",
  parameters: { neighbours, shrinkage, weighting },
  async fit(training, settings) {
    const matrix = userItemMatrix(training);
    const byItem = transposedRows(matrix, training.items);
    const lists = await neighboursOf(byItem, training.users, settings, training);
    return spreading(training.items, (user, add) => {
      eachEntry(matrix, user, (item) => eachEntry(lists, item, add));
    });
  },
};

async function neighboursOf(
  matrix: SparseRows,
  columns: number,
  settings: Settings,
  { threads }: Training,
): Promise<SparseRows> {
  const chosen = weightings[settings.weighting!];
  if (chosen === undefined) throw new RangeError(`weighting is ${settings.weighting}, not 0, 1 or 2`);
  // A column that all rows have weighs a little less than nothing; it tells nobody apart.
  const weighted = weightedRows(matrix, chosen.weighting, weightStatistics(matrix, columns));
  const { similarity } = chosen;
  // Nobody has more: room is made for as many as are asked for.
  const neighbours = Math.min(settings.neighbours!, matrix.lengths.length);
  const options = { similarity, neighbours, shrinkage: settings.shrinkage! };
  return (await findAllNeighbours(weighted, columns, options, neighbourFinder(threads))).lists;
}

/** A scorer whose scores are sums that spread from the user; nothing where nothing arrives. */
export function spreading(
  items: number,
  spread: (user: number, add: (item: number, amount: number) => void) => void,
): Scorer {
  const sums = new Accumulator();
  sums.reserve(items);
  return {
    score({ user }, candidates, scores) {
      spread(user, (item, amount) => sums.add(item, amount));
      for (let i = 0; i < candidates.length; i++) scores[i] = sums.values[candidates[i]!]!;
      sums.clear();
    },
  };
}

function eachEntry(rows: SparseRows, row: number, take: (column: number, value: number) => void): void {
  const begin = rows.offsets[row]!;
  for (let p = begin; p < begin + rows.lengths[row]!; p++) take(rows.indices[p]!, rows.values[p]!);
}
