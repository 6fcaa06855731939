import { inverse, Matrix } from "ml-matrix";
import type { SparseRows } from "./csr.js";

/** B of fitEase by its formula in double precision, some hundred times slower: what the kernels are tested against. */
export function easeWeightsPlain(interactions: SparseRows, items: number, lambda: number): Matrix {
  const { offsets, lengths, indices, values } = interactions;
  const gram = Matrix.eye(items).mul(lambda);
  for (const [user, length] of lengths.entries()) {
    const begin = offsets[user]!;
    for (let p = begin; p < begin + length; p++) {
      for (let q = begin; q < begin + length; q++) {
        const [i, j] = [indices[p]!, indices[q]!];
        gram.set(i, j, gram.get(i, j) + values[p]! * values[q]!);
      }
    }
  }
  const p = inverse(gram);
  return Matrix.zeros(items, items).apply(function (this: Matrix, i, j) {
    if (i !== j) this.set(i, j, -p.get(i, j) / p.get(j, j));
  });
}
