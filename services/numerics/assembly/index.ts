// The entry of the one module that all kernels make. How to add one: ../src/kernels.ts.

export { alsCholesky } from "./als-cholesky";
export { alsConjugateGradient } from "./als-conjugate-gradient";
export { alsLoss } from "./als-loss";
export { addDenseRows } from "./dense-rows";
export { dot } from "./dot";
export { addGram } from "./gram";
export { findNeighbours, neighboursScratchBytes } from "./neighbours";
export { sparseGram } from "./sparse-gram";
export { sweepPanel, sweepPivot, sweepRest } from "./symmetric-sweep";
export { searchSomeVectors, searchVectors } from "./vector-search";

/** The first byte of the memory that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}
