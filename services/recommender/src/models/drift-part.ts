import { driftFeatures } from "../drift/drift-features.js";
import { type DriftReference, EDGES, isOfThese, problemOf } from "../drift/drift-reference.js";
import type { Tensor } from "./safetensors.js";
import type { TensorReader } from "./tensor-reader.js";

const DRIFT_EDGES = "drift.edges";
const DRIFT_COUNTS = "drift.counts";

/** What a model's lists were like, as arrays of its file; none where nothing is known of that. See drift-survey.ts. */
export function encodeDrift(drift: DriftReference | undefined): [string, Tensor][] {
  if (drift === undefined) return [];
  const features = driftFeatures.length;
  return [
    [DRIFT_EDGES, { shape: [features, EDGES], data: drift.edges }],
    [DRIFT_COUNTS, { shape: [features, EDGES + 1], data: drift.counts }],
  ];
}

/**
 * undefined where there is none, or one of other features than this code watches: the model ranks without. Throws when
 * it is damaged.
 */
export function decodeDrift(file: TensorReader): DriftReference | undefined {
  if (!file.has(DRIFT_EDGES)) return undefined;
  const reference = {
    edges: file.read(DRIFT_EDGES, Float64Array),
    counts: file.read(DRIFT_COUNTS, Float64Array),
  };
  if (!isOfThese(reference)) return undefined;
  const problem = problemOf(reference);
  if (problem !== undefined) throw new Error(`the drift reference is damaged: ${problem}`);
  return reference;
}
