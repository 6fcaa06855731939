import { canBeListed, encodeNames, NamedRows } from "../catalogue/name-list.js";
import type { FeatureVectors } from "../ranking/feature-vectors.js";
import type { Tensor } from "./safetensors.js";
import { areFinite, type TensorReader } from "./tensor-reader.js";

/** n × k: a vector of each feature. */
const VECTORS = "vector.values";
/** The features' names, in the order of their vectors. */
const FEATURES = "vector.names";

/** The vectors of features as arrays of a model's file; none where none were learned. See vector-learning.ts. */
export function encodeVectors(vectors: FeatureVectors | undefined): [string, Tensor][] {
  if (vectors === undefined) return [];
  const { factors, byName } = vectors;
  const kept = [...byName].filter(([name]) => canBeListed(name));
  const values = new Float32Array(kept.length * factors);
  for (const [row, [, vector]] of kept.entries()) values.set(vector, row * factors);
  const names = encodeNames(kept.map(([name]) => name));
  return [
    [VECTORS, { shape: [kept.length, factors], data: values }],
    [FEATURES, { shape: [names.length], data: names }],
  ];
}

/** undefined where there are none. Throws an error that says what is wrong with them. */
export function decodeVectors(file: TensorReader): FeatureVectors | undefined {
  if (!file.has(VECTORS)) return undefined;
  const values = file.read(VECTORS, Float32Array);
  const [rows = 0, factors = 0] = file.shapeOf(VECTORS);
  const vectorOf = (row: number) => values.subarray(row * factors, (row + 1) * factors);
  const byName = new NamedRows(file.read(FEATURES, Uint8Array), vectorOf);
  if (byName.size !== rows) throw new Error(`there are ${byName.size} names for ${rows} vectors`);
  if (!areFinite(values)) throw new Error(`not all numbers of ${VECTORS} are finite`);
  return { factors, byName };
}
