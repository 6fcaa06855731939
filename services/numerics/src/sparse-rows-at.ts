import type { SparseRows } from "./csr.js";
import type { KernelMemory } from "./kernel-memory.js";

/** Copies sparse rows into a memory as kernels take them (../assembly/sparse-rows.ts), and returns where they lie. */
export function sparseRowsAt(rows: SparseRows, memory: KernelMemory): number {
  const values = memory.float32(rows.values.length);
  values.set(rows.values);
  const same = memory.float32(rows.lengths.length);
  for (let row = 0; row < same.length; row++) same[row] = sameValue(rows, row);
  const arrays = [rows.offsets, rows.lengths, rows.indices].map((array) => {
    const there = memory.uint32(array.length);
    there.set(array);
    return there;
  });
  const addresses = memory.uint32(5);
  addresses.set([...arrays, values, same].map(({ byteOffset }) => byteOffset));
  return addresses.byteOffset;
}

/** The value that all entries of a row have; 0 when they differ or there are none. */
function sameValue({ offsets, lengths, values }: SparseRows, row: number): number {
  const begin = offsets[row]!;
  for (let p = begin + 1; p < begin + lengths[row]!; p++) {
    if (values[p] !== values[begin]) return 0;
  }
  return lengths[row] === 0 ? 0 : values[begin]!;
}
