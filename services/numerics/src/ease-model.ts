import { KernelMemory } from "./kernel-memory.js";
import type { SparseVector } from "./row-product.js";

/** Item-to-item weights learned by fitEase, and the scores that they give. Holds 4n² bytes. */
export class EaseModel {
  /** B, n × n, row-major: row i has what item i says about each item. Zeros until they are filled in. */
  readonly weights: Float32Array;
  private readonly memory: KernelMemory;
  private readonly indices: Uint32Array;
  private readonly values: Float32Array;
  private readonly sums: Float32Array;

  /** @param items n */
  constructor(readonly items: number) {
    const rowBytes = 4 * items;
    this.memory = new KernelMemory(KernelMemory.bytesFor(items * rowBytes, rowBytes, rowBytes, rowBytes));
    this.weights = this.memory.float32(items * items);
    this.indices = this.memory.uint32(items);
    this.values = this.memory.float32(items);
    this.sums = this.memory.float32(items);
  }

  /**
   * x·B: how much what a user has had speaks for each item. Items that the model does not know count for nothing.
   * Cost: O(n · entries of x).
   *
   * @param x the user's row, of finite values, no item twice
   * @returns n scores, to be used before the next call
   * @throws RangeError for a value that is no number
   */
  scores(x: SparseVector): Float32Array {
    let count = 0;
    for (let i = 0; i < x.indices.length; i++) {
      const item = x.indices[i]!;
      const value = x.values[i]!;
      if (!Number.isFinite(value)) throw new RangeError(`x has ${value} at ${item}`);
      if (item >= this.items) continue;
      if (count === this.items) throw new RangeError("x has an item twice");
      this.indices[count] = item;
      this.values[count++] = value;
    }
    this.sums.fill(0);
    const { indices, values, weights, sums } = this;
    this.memory.kernels.addDenseRows(
      indices.byteOffset,
      values.byteOffset,
      count,
      weights.byteOffset,
      this.items,
      sums.byteOffset,
    );
    return sums;
  }
}
