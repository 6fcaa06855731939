import type { Tensor } from "./safetensors.js";
import type { TensorReader } from "./tensor-reader.js";
import { termNames } from "./terms.js";

const WEIGHTS = "blend.weights";

/** The weights of a model as arrays of its file. They are learned in blend-learning.ts. */
export function encodeWeights(weights: Float64Array): [string, Tensor][] {
  return [[WEIGHTS, { shape: [weights.length], data: weights }]];
}

/** Throws an error that says what is wrong with them. */
export function decodeWeights(file: TensorReader): Float64Array {
  const weights = file.readAmounts(WEIGHTS, Float64Array);
  if (weights.length !== termNames.length) throw new Error(`${WEIGHTS} has ${weights.length} numbers`);
  return weights;
}
