import { fitEase } from "@craic/numerics/ease.js";
import type { Algorithm } from "./algorithm.js";
import { userItemMatrix } from "./user-item-matrix.js";

/** Half of their square, four bytes each, has to fit into the 4 GiB of a kernel's memory beside the interactions. */
const MOST_ITEMS = 40_000;

/** Item-to-item weights in closed form. Its cost grows with the cube of the items, so rare ones are left out. */
export const ease: Algorithm = {
  name: "ease",
  summary: "item-to-item weights by ridge regression, for the most popular items",
  parameters: {
    lambda: { preset: 400, from: 20, to: 3_000, scale: "log" },
    items: { preset: 6_000, from: 500, to: 10_000, scale: "log", whole: true, most: MOST_ITEMS, fixed: true },
  },
  async fit(training, { lambda, items: most }) {
    const { offsets, lengths, indices } = userItemMatrix(training);
    const numberOf = numberMostPopular(indices, training.items, most!);
    const kept = Math.min(most!, training.items);
    const narrow = Uint32Array.from(lengths);
    const columns = new Uint32Array(indices.length);
    for (let user = 0; user < lengths.length; user++) {
      let end = offsets[user]!;
      for (let p = offsets[user]!; p < offsets[user]! + lengths[user]!; p++) {
        const number = numberOf[indices[p]!]!;
        if (number >= 0) columns[end++] = number;
      }
      narrow[user] = end - offsets[user]!;
    }
    const matrix = {
      offsets,
      lengths: narrow,
      indices: columns,
      values: new Float32Array(columns.length).fill(1),
    };
    const model = await fitEase(matrix, kept, { lambda: lambda!, threads: training.threads });
    return {
      score({ user }, candidates, scores) {
        const begin = offsets[user]!;
        const own = columns.subarray(begin, begin + narrow[user]!);
        const sums = model.scores({ indices: own, values: matrix.values.subarray(0, own.length) });
        for (let i = 0; i < candidates.length; i++) {
          const number = numberOf[candidates[i]!]!;
          scores[i] = number < 0 ? 0 : sums[number]!;
        }
      },
    };
  },
};

/** By item: its number among the `most` most popular; −1 for the rest. */
function numberMostPopular(indices: Uint32Array, items: number, most: number): Int32Array {
  const counts = new Uint32Array(items);
  for (const item of indices) counts[item]! += 1;
  const ranked = Uint32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const numbers = new Int32Array(items).fill(-1);
  for (const [number, item] of ranked.subarray(0, most).entries()) numbers[item] = number;
  return numbers;
}
