// The entry of the one module that all kernels make. How to add one: ../src/kernels.ts.

export { dot } from "./dot";

/** The first byte of the memory that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}
