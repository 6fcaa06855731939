import type { KernelMemory } from "./kernel-memory.js";

/** Rows of a tile, and columns. */
export const TILE = 64;

/**
 * A symmetric matrix in single precision, of which the half on and below the diagonal is kept, in tiles
 * (../assembly/symmetric-tiles.ts). Where the last tiles reach past its end they are those of the unit matrix, so
 * that its inverse is not touched by them. Memory: 2n² bytes and a little.
 */
export class SymmetricTiles {
  /** How many tiles there are along a side. */
  readonly blocks: number;
  readonly values: Float32Array;

  /** A matrix of zeros. */
  constructor(
    memory: KernelMemory,
    readonly n: number,
  ) {
    this.blocks = Math.ceil(n / TILE);
    this.values = memory.float32(((this.blocks * (this.blocks + 1)) / 2) * TILE * TILE);
    for (let i = n; i < this.blocks * TILE; i++) this.set(i, i, 1);
  }

  get(i: number, j: number): number {
    return this.values[i >= j ? placeOf(i, j) : placeOf(j, i)]!;
  }

  set(i: number, j: number, value: number): void {
    this.values[i >= j ? placeOf(i, j) : placeOf(j, i)] = value;
  }
}

/** Where the number at row i and column j ≤ i lies. */
function placeOf(i: number, j: number): number {
  const block = Math.floor(i / TILE);
  const tile = (block * (block + 1)) / 2 + Math.floor(j / TILE);
  return (tile * TILE + (i % TILE)) * TILE + (j % TILE);
}
