import {
  type AlsHalf,
  type AlsObjective,
  alsScratchBytes,
  checkObjective,
  completeGram,
  confidenceOf,
  paddedFactors,
  pointers,
  ridgeOf,
} from "./als-problem.js";
import { KernelMemory } from "./kernel-memory.js";

/**
 * Makes a vector of a user's interactions with the items of a trained model, at the time of a request: the row that
 * training would give a user who has these, items held. Exact, by Cholesky's decomposition.
 *
 * Cost: O(k²) per interaction and O(k³) per call, k factors; at the start O(k²) per item, once.
 */
export class FoldIn {
  /** The items' factors as `itemFactors` has them, in memory that other kernels can use as well. */
  readonly memory: KernelMemory;
  /** Items × k: rows of factors and zeros behind them. */
  readonly itemFactors: Float32Array;
  readonly k: number;
  private readonly items: number;
  private readonly half: AlsHalf;
  private readonly scratch: number;

  /**
   * @param itemFactors items × factors, as trainImplicitAls returns them; copied
   * @param objective what the model was trained for
   */
  constructor(
    itemFactors: Float32Array,
    private readonly objective: AlsObjective,
  ) {
    checkObjective(objective);
    const { factors, unobservedWeight: unobserved = 1 } = objective;
    if (itemFactors.length % factors !== 0) {
      throw new RangeError(`itemFactors has ${itemFactors.length} numbers, not rows of ${factors}`);
    }
    if (!itemFactors.every(Number.isFinite))
      throw new RangeError("itemFactors has a number that is not finite");
    const items = itemFactors.length / factors;
    const k = paddedFactors(factors);
    // The items' factors, the Gram matrix and scratch; a vector and λ; offsets, and at most all items' entries.
    const bytes = [4 * items * k, 4 * k * k, alsScratchBytes(k), 4 * k, 4, 8, 4 * items, 4 * items];
    const memory = new KernelMemory(KernelMemory.bytesFor(...bytes));
    this.memory = memory;
    this.items = items;
    this.k = k;
    this.itemFactors = memory.float32(items * k);
    for (let item = 0; item < items; item++) {
      this.itemFactors.set(itemFactors.subarray(item * factors, (item + 1) * factors), item * k);
    }
    const gram = memory.float32(k * k);
    memory.kernels.addGram(0, k / 4, 0, this.itemFactors.byteOffset, items, k, gram.byteOffset);
    completeGram(gram, k, unobserved);
    this.scratch = memory.uint8(alsScratchBytes(k)).byteOffset;
    this.half = {
      ...{ unobserved, gram, k, y: this.itemFactors, x: memory.float32(k), ridge: memory.float32(1) },
      ...{ offsets: memory.uint32(2), indices: memory.uint32(items), confidences: memory.float32(items) },
    };
  }

  /**
   * @param items the items that the user had to do with, each once
   * @param values how much, as in training
   * @returns `factors` numbers; zeros for a user without interactions
   * @throws RangeError naming the item or value that is none
   */
  userVector(items: ArrayLike<number>, values: ArrayLike<number>): Float32Array {
    const { memory, objective } = this;
    const count = items.length;
    if (values.length !== count)
      throw new RangeError(`values has ${values.length} numbers for ${count} items`);
    if (count > this.items)
      throw new RangeError(`items has ${count} items, of which there are ${this.items}`);
    const { offsets, indices, confidences, ridge, x } = this.half;
    const { alpha = 1, factors } = objective;
    for (let p = 0; p < count; p++) {
      const item = items[p]!;
      const value = values[p]!;
      if (!(Number.isInteger(item) && item >= 0 && item < this.items)) {
        throw new RangeError(`items has ${item}, not one of ${this.items}`);
      }
      if (!Number.isFinite(value)) throw new RangeError(`values has ${value} for item ${item}`);
      indices[p] = item;
      confidences[p] = confidenceOf(value, alpha);
    }
    offsets[1] = count;
    ridge[0] = ridgeOf(count, this.items, objective);
    memory.kernels.alsCholesky(0, 1, this.scratch, ...pointers(this.half));
    return new Float32Array(x.subarray(0, factors));
  }
}
