import type { SparseRows } from "./csr.js";

/** The rows of several matrices, one matrix below the other, without room between them. */
export function stackedRows(parts: readonly SparseRows[]): SparseRows {
  const rows = parts.reduce((sum, { lengths }) => sum + lengths.length, 0);
  const entries = parts.reduce((sum, { lengths }) => sum + lengths.reduce((a, b) => a + b, 0), 0);
  const stacked = {
    offsets: new Uint32Array(rows),
    lengths: new Uint32Array(rows),
    indices: new Uint32Array(entries),
    values: new Float32Array(entries),
  };
  let row = 0;
  let end = 0;
  for (const { offsets, lengths, indices, values } of parts) {
    for (const [i, length] of lengths.entries()) {
      const begin = offsets[i]!;
      stacked.indices.set(indices.subarray(begin, begin + length), end);
      stacked.values.set(values.subarray(begin, begin + length), end);
      stacked.offsets[row] = end;
      stacked.lengths[row++] = length;
      end += length;
    }
  }
  return stacked;
}
