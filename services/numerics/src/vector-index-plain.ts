import { dotPlain } from "./dot-plain.js";
import { TopK } from "./top-k.js";

/** The k best of some vectors by trying each in double precision: what VectorIndex is tested against. */
export function bestVectorsPlain(
  vectors: Float32Array,
  width: number,
  candidates: Iterable<number>,
  x: Float32Array,
  k: number,
): { ids: Uint32Array; scores: Float64Array } {
  const top = new TopK(k);
  for (const id of candidates) top.offer(id, dotPlain(x, vectors.subarray(id * width, (id + 1) * width)));
  return top.take();
}
