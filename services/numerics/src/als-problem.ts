import type { SparseRows } from "./csr.js";
import type { KernelMemory } from "./kernel-memory.js";
import type { Kernels } from "./kernels.js";

export const MAX_FACTORS = 1_024;

/** What an implicit-feedback model minimises; {@link AlsHalf} has the formula. */
export interface AlsObjective {
  /** Numbers per user and per item, 1 to MAX_FACTORS. */
  readonly factors: number;
  /** λ > 0. */
  readonly regularisation: number;
  /** Confidence per unit of an interaction's value, > 0. Default 1. */
  readonly alpha?: number;
  /**
   * w₀, what an absent entry weighs, ≥ 0. Default 1. With alpha 1 it is α₀ / (1 + α₀) in the terms of Rendle et al.,
   * where an entry weighs 1 + α₀.
   */
  readonly unobservedWeight?: number;
  /**
   * ν: how much more of the penalty a row with more entries takes, 0 to 1. A row with n entries in a matrix of N
   * columns takes λ (n + w₀ N)^ν. Default 0: every row takes λ.
   * Source: Rendle, Krichene, Zhang and Koren, "Revisiting the Performance of iALS on Item Recommendation
   * Benchmarks", RecSys 2022, section 3.3, which finds 1 the best.
   */
  readonly frequencyScaling?: number;
}

/**
 * One half of the problem: the row factors X are looked for, the column factors Y are held. Row u minimises
 *
 *     Σ_i w_ui (p_ui − x_u·y_i)² + λ_u |x_u|²
 *
 * over all columns i. An entry c_ui of the matrix is a confidence: w_ui = |c_ui|, and p_ui is 1 where c_ui is above
 * zero and 0 where it is below (known not to be liked). An absent entry has w_ui = w₀ and p_ui = 0. The minimum is
 *
 *     (w₀ YᵀY + Σ_i (|c_ui| − w₀) y_i y_iᵀ + λ_u I) x_u = Σ_i max(c_ui, 0) y_i     over entries only.
 *
 * A row without entries becomes zero.
 *
 * Source: Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008, eq. 4, where
 * w₀ is 1. The sums over the loss of one half and Σ_i λ_i |y_i|² are the loss of the whole.
 *
 * Shapes: m rows, n columns, k factors, matrices row-major. All arrays lie in one KernelMemory.
 */
export interface AlsHalf {
  /** m + 1: the entries of row u are those from offsets[u] up to offsets[u + 1]. */
  readonly offsets: Uint32Array;
  /** The column of each entry. */
  readonly indices: Uint32Array;
  /** c of each entry. */
  readonly confidences: Float32Array;
  /** w₀. */
  readonly unobserved: number;
  /** m: λ of each row. */
  readonly ridge: Float32Array;
  /** k × k: w₀ YᵀY. */
  readonly gram: Float32Array;
  /** n × k. */
  readonly y: Float32Array;
  /** A multiple of 8: where a model has fewer factors, the rest are zero in x and y. */
  readonly k: number;
  /** m × k. */
  readonly x: Float32Array;
}

/** Beyond this, single precision has no digit left for the other entries of a row, and soon none for any. */
const MAX_CONFIDENCE = 1e12;

/**
 * alpha times the value of an interaction.
 *
 * @throws RangeError when that is too large to calculate with
 */
export function confidenceOf(value: number, alpha: number): number {
  const confidence = value * alpha;
  if (Math.abs(confidence) <= MAX_CONFIDENCE) return confidence;
  throw new RangeError(
    `an interaction of ${value} gives a confidence of ${confidence}, above ${MAX_CONFIDENCE}`,
  );
}

/** The kernels work on whole vectors. */
export const paddedFactors = (factors: number) => Math.ceil(factors / 8) * 8;

/** How much scratch a thread needs for the kernels: for Cholesky's, a k × k matrix and 68 rows. */
export const alsScratchBytes = (k: number) => 4 * (k * k + 68 * k);

/** λ of a row with so many entries in a matrix of so many columns. */
export function ridgeOf(entries: number, columns: number, objective: AlsObjective): number {
  const { regularisation, unobservedWeight = 1, frequencyScaling = 0 } = objective;
  return regularisation * (entries + unobservedWeight * columns) ** frequencyScaling;
}

/** Copies a matrix into kernel memory, its values times alpha as confidences, its rows one after the other. */
export function confidenceRows(memory: KernelMemory, matrix: SparseRows, alpha: number) {
  const rows = matrix.lengths.length;
  const count = matrix.lengths.reduce((sum, length) => sum + length, 0);
  const offsets = memory.uint32(rows + 1);
  const indices = memory.uint32(count);
  const confidences = memory.float32(count);
  for (let row = 0, to = 0; row < rows; row++) {
    const begin = matrix.offsets[row]!;
    const end = begin + matrix.lengths[row]!;
    for (let p = begin; p < end; p++, to++) {
      indices[to] = matrix.indices[p]!;
      confidences[to] = confidenceOf(matrix.values[p]!, alpha);
    }
    offsets[row + 1] = to;
  }
  return { offsets, indices, confidences };
}

/** A half as kernels take it. */
export function pointers(half: AlsHalf) {
  return [
    half.offsets.byteOffset,
    half.indices.byteOffset,
    half.confidences.byteOffset,
    half.unobserved,
    half.ridge.byteOffset,
    half.gram.byteOffset,
    half.y.byteOffset,
    half.k,
    half.x.byteOffset,
  ] as const satisfies Parameters<Kernels["alsCholesky"]> extends [number, number, number, ...infer Rest]
    ? Rest
    : never;
}

/** Makes w₀ YᵀY of the upper triangle of YᵀY that addGram leaves. */
export function completeGram(gram: Float32Array, k: number, unobserved: number): void {
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) {
      const product = gram[i * k + j]! * unobserved;
      gram[i * k + j] = product;
      gram[j * k + i] = product;
    }
  }
}

/** @throws RangeError naming what is out of range */
export function checkObjective(objective: AlsObjective): void {
  const { factors, regularisation, alpha = 1, unobservedWeight = 1, frequencyScaling = 0 } = objective;
  const refuse = (name: string, value: number, wanted: string): never => {
    throw new RangeError(`${name} is ${value}, not ${wanted}`);
  };
  if (!(Number.isInteger(factors) && factors >= 1 && factors <= MAX_FACTORS)) {
    refuse("factors", factors, `a whole number from 1 to ${MAX_FACTORS}`);
  }
  if (!(regularisation > 0 && regularisation < Infinity)) refuse("regularisation", regularisation, "above 0");
  if (!(alpha > 0 && alpha < Infinity)) refuse("alpha", alpha, "above 0");
  if (!(unobservedWeight >= 0 && unobservedWeight < Infinity)) {
    refuse("unobservedWeight", unobservedWeight, "0 or more");
  }
  if (!(frequencyScaling >= 0 && frequencyScaling <= 1)) {
    refuse("frequencyScaling", frequencyScaling, "from 0 to 1");
  }
}
