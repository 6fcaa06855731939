import { createHash } from "node:crypto";
import { driftFeatures } from "./drift-features.js";
import { type DriftReference, EDGES, problemOf } from "./drift-reference.js";
import type { ModelManifest } from "./model-manifest.js";
import { FILE_LAYOUT, parseVersion } from "./model-version.js";
import { defaultParameters, type RankingModel, type RankingParameters } from "./ranking-model.js";
import { decodeSafetensors, encodeSafetensors, type Tensor, type Tensors } from "./safetensors.js";
import { termNames } from "./terms.js";

/** A model that was trained, and what is known of it. */
export interface TrainedModel {
  readonly manifest: ModelManifest;
  readonly ranking: RankingModel;
}

/** The bytes of a file are not those that its manifest was written for. */
export class DigestMismatch extends Error {}

/** Names of the arrays in the file. */
const WEIGHTS = "blend.weights";
const RARITIES = "feature.rarities";
/** The features' names in UTF-8, one a line, in the order of their rarities. */
const FEATURES = "feature.names";
/** See drift-reference.ts; only where one was made. */
const DRIFT_EDGES = "drift.edges";
const DRIFT_COUNTS = "drift.counts";

/** The numbers of a model as a file. */
export function encodeModel({
  weights,
  rarities,
  drift,
}: Pick<RankingModel, "weights" | "rarities" | "drift">): {
  file: Uint8Array;
  shapes: Record<string, readonly number[]>;
} {
  // A feature's name may hold anything that a source wrote; a line break would part it in two.
  const kept = [...rarities].filter(([name]) => !name.includes("\n"));
  const names = new TextEncoder().encode(kept.map(([name]) => name).join("\n"));
  const tensors = new Map<string, Tensor>([
    [WEIGHTS, { shape: [weights.length], data: weights }],
    [RARITIES, { shape: [kept.length], data: Float32Array.from(kept, ([, rarity]) => rarity) }],
    [FEATURES, { shape: [names.length], data: names }],
  ]);
  if (drift !== undefined) {
    const features = driftFeatures.length;
    tensors.set(DRIFT_EDGES, { shape: [features, EDGES], data: drift.edges });
    tensors.set(DRIFT_COUNTS, { shape: [features, EDGES + 1], data: drift.counts });
  }
  const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
  return { file: encodeSafetensors(tensors), shapes };
}

/**
 * Reads a model and makes sure that it is what its manifest says: the digest, the shapes, and numbers that can
 * be ranked with. Throws an error that says what is wrong.
 */
export function decodeModel(manifest: ModelManifest, fileName: string, file: Uint8Array): TrainedModel {
  const { version, parameters, sha256 } = manifest;
  if (parseVersion(version)?.[0] !== FILE_LAYOUT)
    throw new Error(`version ${version} has another layout of the file`);
  const digest = sha256Of(file);
  if (digest !== sha256[fileName])
    throw new DigestMismatch(`${fileName} has the digest ${digest}, not ${sha256[fileName]}`);
  const tensors = decodeSafetensors(file);
  const weights = numbersOf(tensors, WEIGHTS, Float64Array, manifest);
  const rarities = numbersOf(tensors, RARITIES, Float32Array, manifest);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(
    numbersOf(tensors, FEATURES, Uint8Array, manifest),
  );
  const names = text === "" ? [] : text.split("\n");
  if (weights.length !== termNames.length) throw new Error(`${WEIGHTS} has ${weights.length} numbers`);
  if (names.length !== rarities.length)
    throw new Error(`there are ${names.length} names for ${rarities.length} features`);
  if (![...weights, ...rarities].every((number) => number >= 0 && Number.isFinite(number))) {
    throw new Error("not all numbers are finite and at least 0");
  }
  const ranking = {
    version,
    parameters: rankingParameters(parameters),
    weights,
    rarities: new Map(names.map((name, f) => [name, rarities[f]!])),
    drift: driftOf(tensors, manifest),
  };
  return { manifest, ranking };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** undefined where there is none, or one of other features than this code watches: the model ranks without. */
function driftOf(tensors: Tensors, manifest: ModelManifest): DriftReference | undefined {
  if (!tensors.has(DRIFT_EDGES)) return undefined;
  const reference = {
    edges: numbersOf(tensors, DRIFT_EDGES, Float64Array, manifest),
    counts: numbersOf(tensors, DRIFT_COUNTS, Float64Array, manifest),
  };
  return problemOf(reference) === undefined ? reference : undefined;
}

function rankingParameters(byName: Readonly<Record<string, number>>): RankingParameters {
  const entries = Object.keys(defaultParameters).map((name) => {
    const value = byName[name];
    if (value === undefined || value < 0) throw new Error(`the parameter ${name} is missing or wrong`);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

function numbersOf<A extends Float64Array | Float32Array | Uint8Array>(
  tensors: Tensors,
  name: string,
  Type: abstract new (...args: never[]) => A,
  { shapes }: ModelManifest,
): A {
  const tensor = tensors.get(name);
  if (!(tensor?.data instanceof Type)) throw new Error(`${name} is missing or of another type`);
  if (String(tensor.shape) !== String(shapes[name])) {
    throw new Error(`${name} has the shape ${tensor.shape}, not ${shapes[name]}`);
  }
  return tensor.data;
}
