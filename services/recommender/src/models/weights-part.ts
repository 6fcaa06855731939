import { type TermName, termNames } from "../ranking/terms.js";
import type { Tensor } from "./safetensors.js";
import type { TensorReader } from "./tensor-reader.js";

const WEIGHTS = "blend.weights";

/** The weights of a model as arrays of its file. They are learned in blend-learning.ts. */
export function encodeWeights(weights: Float64Array): [string, Tensor][] {
  return [[WEIGHTS, { shape: [weights.length], data: weights }]];
}

/**
 * The weights in the order of termNames. A model that was trained when there were fewer terms says which those were;
 * others weigh nothing in it. Throws an error that says what is wrong with them.
 *
 * @param terms the names of the model's own terms, parted by spaces; undefined where it does not tell
 */
export function decodeWeights(file: TensorReader, terms: string | undefined): Float64Array {
  const weights = file.readAmounts(WEIGHTS, Float64Array);
  const names: readonly string[] = terms?.split(" ") ?? termNames;
  if (weights.length !== names.length) throw new Error(`${WEIGHTS} has ${weights.length} numbers`);
  const unknown = names.find((name) => !termNames.includes(name as TermName));
  if (unknown !== undefined) throw new Error(`${WEIGHTS} weighs "${unknown}", which is no term`);
  return Float64Array.from(termNames, (name) => weights[names.indexOf(name)] ?? 0);
}
