import {
  type AlsHalf,
  type AlsObjective,
  alsScratchBytes,
  checkObjective,
  completeGram,
  confidenceRows,
  paddedFactors,
  pointers,
  ridgeOf,
} from "./als-problem.js";
import { checkSparseRows } from "./check-sparse-rows.js";
import type { SparseRows } from "./csr.js";
import { KernelMemory } from "./kernel-memory.js";
import { KernelThreads } from "./kernel-threads.js";
import { createRandom } from "./random.js";
import { transposedRows } from "./transposed-rows.js";

export interface AlsTraining extends AlsObjective {
  readonly iterations: number;
  /**
   * "cholesky" solves each row exactly: O(k²) per entry and O(k³) per row. "conjugate-gradient" takes a few steps
   * towards the solution from where the iteration before left the row: O(k) per entry and O(k²) per row and step.
   * Source: Takács, Pilászy and Tikk, "Applications of the Conjugate Gradient Method for Implicit Feedback
   * Collaborative Filtering", RecSys 2011.
   */
  readonly solver: "cholesky" | "conjugate-gradient";
  /** Steps per row and iteration. Default 3. */
  readonly conjugateGradientSteps?: number;
  /** Same seed, same factors, however many threads. */
  readonly seed: number;
  /** ≥ 1. The caller's own only waits. Default 2. */
  readonly threads?: number;
  /** Where to begin; rows past the end of what is given begin at random. All do when left out. */
  readonly start?: AlsFactors;
  /** Called after each iteration, counted from 1. */
  readonly onIteration?: (progress: { readonly iteration: number; readonly loss?: number }) => void;
  /** Whether onIteration is told the loss, which costs about a step of conjugate gradient. */
  readonly withLoss?: boolean;
  readonly signal?: AbortSignal;
}

/** Row-major, `factors` numbers per user and item: a user's score of an item is their dot product. */
export interface AlsFactors {
  readonly userFactors: Float32Array;
  readonly itemFactors: Float32Array;
}

/**
 * Trains an implicit-feedback model by alternating least squares: users with items held, then items with users held,
 * and so on. The objective stands at {@link AlsHalf}. Conventions are those of the Python package `implicit` 0.7,
 * so that figures can be compared: confidence = alpha · value, absent entries weigh 1, factors begin uniform in
 * [0, 0.01).
 *
 * Memory: 16 bytes per interaction and 4 per padded factor, beside what the caller holds.
 *
 * @param interactions users × items; a value below zero says that the user does not like the item
 * @param items how many items there are
 * @throws RangeError naming the argument that is out of range; the signal's reason when aborted
 */
export async function trainImplicitAls(
  interactions: SparseRows,
  items: number,
  training: AlsTraining,
): Promise<AlsFactors> {
  checkTraining(training);
  checkSparseRows("interactions", interactions, items);
  const memory = new KernelMemory();
  const { forUsers, forItems } = layOut(memory, interactions, items, training);
  const threads = new KernelThreads(memory, training.threads ?? 2, alsScratchBytes(forUsers.k));
  try {
    await alternate(memory, threads, forUsers, forItems, training);
    return {
      userFactors: withoutPadding(forUsers.x, forUsers.k, training.factors),
      itemFactors: withoutPadding(forItems.x, forUsers.k, training.factors),
    };
  } finally {
    await threads.close();
    memory.release();
  }
}

async function alternate(
  memory: KernelMemory,
  threads: KernelThreads,
  forUsers: AlsHalf,
  forItems: AlsHalf,
  { iterations, solver, conjugateGradientSteps = 3, onIteration, withLoss = false, signal }: AlsTraining,
): Promise<void> {
  const losses = memory.float64(withLoss ? forUsers.ridge.length : 0);
  const rowsOf = (half: AlsHalf) => half.ridge.length;

  async function updateGram({ gram, y, k, unobserved }: AlsHalf) {
    gram.fill(0);
    await threads.run("addGram", k / 4, [y.byteOffset, y.length / k, k, gram.byteOffset], {
      chunk: 1,
      signal,
    });
    completeGram(gram, k, unobserved);
  }
  async function solve(half: AlsHalf) {
    await updateGram(half);
    if (solver === "cholesky") {
      await threads.run("alsCholesky", rowsOf(half), [...pointers(half)], { signal });
    } else {
      const args: Parameters<typeof threads.run<"alsConjugateGradient">>[2] = [
        ...pointers(half),
        conjugateGradientSteps,
      ];
      await threads.run("alsConjugateGradient", rowsOf(half), args, { signal });
    }
  }
  async function loss() {
    await updateGram(forUsers);
    await threads.run("alsLoss", rowsOf(forUsers), [...pointers(forUsers), losses.byteOffset], { signal });
    return losses.reduce((sum, loss) => sum + loss, penalty(forItems));
  }

  for (let iteration = 1; iteration <= iterations; iteration++) {
    await solve(forUsers);
    await solve(forItems);
    onIteration?.(withLoss ? { iteration, loss: await loss() } : { iteration });
  }
}

/** Both halves in kernel memory: the one's X is the other's Y. */
function layOut(memory: KernelMemory, interactions: SparseRows, items: number, training: AlsTraining) {
  const { alpha = 1, unobservedWeight: unobserved = 1, factors, seed, start } = training;
  const users = interactions.lengths.length;
  const k = paddedFactors(factors);
  const random = createRandom(seed);
  const userFactors = memory.float32(users * k);
  const itemFactors = memory.float32(items * k);
  fill(userFactors, k, factors, random, start?.userFactors);
  fill(itemFactors, k, factors, random, start?.itemFactors);
  const gram = memory.float32(k * k);
  const ridge = (lengths: Uint32Array, columns: number) => {
    const array = memory.float32(lengths.length);
    lengths.forEach((length, row) => {
      array[row] = ridgeOf(length, columns, training);
    });
    return array;
  };
  const byItem = transposedRows(interactions, items);
  const forUsers: AlsHalf = {
    ...confidenceRows(memory, interactions, alpha),
    ...{ unobserved, ridge: ridge(interactions.lengths, items), gram, k, x: userFactors, y: itemFactors },
  };
  const forItems: AlsHalf = {
    ...confidenceRows(memory, byItem, alpha),
    ...{ unobserved, ridge: ridge(byItem.lengths, users), gram, k, x: itemFactors, y: userFactors },
  };
  return { forUsers, forItems };
}

/** What is given first, and random numbers in [0, 0.01) from there. */
function fill(
  padded: Float32Array,
  k: number,
  factors: number,
  random: () => number,
  given: Float32Array = new Float32Array(0),
) {
  for (let row = 0, i = 0; row < padded.length; row += k) {
    for (let f = 0; f < factors; f++, i++) padded[row + f] = i < given.length ? given[i]! : random() * 0.01;
  }
}

function withoutPadding(padded: Float32Array, k: number, factors: number): Float32Array {
  if (!padded.every(Number.isFinite)) {
    throw new RangeError("start has numbers that are too large for single precision");
  }
  const rows = padded.length / k;
  const factorsOnly = new Float32Array(rows * factors);
  for (let row = 0; row < rows; row++) {
    factorsOnly.set(padded.subarray(row * k, row * k + factors), row * factors);
  }
  return factorsOnly;
}

function penalty({ ridge, x, k }: AlsHalf): number {
  return x.reduce((sum, value, i) => sum + ridge[Math.floor(i / k)]! * value * value, 0);
}

function checkTraining(training: AlsTraining): void {
  checkObjective(training);
  const { iterations, conjugateGradientSteps = 3, seed, factors, start } = training;
  if (!(Number.isInteger(iterations) && iterations >= 0)) {
    throw new RangeError(`iterations is ${iterations}, not a whole number`);
  }
  if (!(Number.isInteger(conjugateGradientSteps) && conjugateGradientSteps >= 1)) {
    throw new RangeError(`conjugateGradientSteps is ${conjugateGradientSteps}, not a whole number from 1 on`);
  }
  if (!Number.isFinite(seed)) throw new RangeError(`seed is ${seed}, not a number`);
  for (const name of ["userFactors", "itemFactors"] as const) {
    const given = start?.[name];
    if (given === undefined) continue;
    if (given.length % factors !== 0) {
      throw new RangeError(`start.${name} has ${given.length} numbers, not rows of ${factors}`);
    }
    if (!given.every(Number.isFinite)) throw new RangeError(`start.${name} has a number that is not finite`);
  }
}
