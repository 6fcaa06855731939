import { createHash } from "node:crypto";
import { defaultParameters, type RankingModel, type RankingParameters } from "../ranking/ranking-model.js";
import { decodeDrift, encodeDrift } from "./drift-part.js";
import type { ModelManifest } from "./model-manifest.js";
import { FILE_LAYOUT, parseVersion } from "./model-version.js";
import { decodeRarities, encodeRarities } from "./rarities-part.js";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.js";
import { TensorReader } from "./tensor-reader.js";
import { decodeVectors, encodeVectors } from "./vectors-part.js";
import { decodeWeights, encodeWeights } from "./weights-part.js";

/** A model that was trained, and what is known of it. */
export interface TrainedModel {
  readonly manifest: ModelManifest;
  readonly ranking: RankingModel;
}

/** The bytes of a file are not those that its manifest was written for. */
export class DigestMismatch extends Error {}

/** The parts of a model as one file. */
export function encodeModel({
  weights,
  rarities,
  vectors,
  drift,
}: Pick<RankingModel, "weights" | "rarities" | "vectors" | "drift">): {
  file: Uint8Array;
  shapes: Record<string, readonly number[]>;
} {
  const tensors = new Map<string, Tensor>([
    ...encodeWeights(weights),
    ...encodeRarities(rarities),
    ...encodeVectors(vectors),
    ...encodeDrift(drift),
  ]);
  const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
  return { file: encodeSafetensors(tensors), shapes };
}

/**
 * Reads a model and makes sure that it is what its manifest says: the digest, the shapes, and numbers that can
 * be ranked with. Throws an error that says what is wrong.
 */
export function decodeModel(manifest: ModelManifest, fileName: string, file: Uint8Array): TrainedModel {
  const { version, parameters, sha256, shapes } = manifest;
  if (parseVersion(version)?.[0] !== FILE_LAYOUT)
    throw new Error(`version ${version} has another layout of the file`);
  const digest = sha256Of(file);
  if (digest !== sha256[fileName])
    throw new DigestMismatch(`${fileName} has the digest ${digest}, not ${sha256[fileName]}`);
  const tensors = new TensorReader(decodeSafetensors(file), shapes);
  const ranking = {
    version,
    parameters: rankingParameters(parameters),
    weights: decodeWeights(tensors, manifest.recipe?.["blend.terms"]?.toString()),
    rarities: decodeRarities(tensors),
    vectors: decodeVectors(tensors),
    drift: decodeDrift(tensors),
  };
  return { manifest, ranking };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function rankingParameters(byName: Readonly<Record<string, number>>): RankingParameters {
  const entries = Object.keys(defaultParameters).map((name) => {
    const value = byName[name];
    if (value === undefined || value < 0) throw new Error(`the parameter ${name} is missing or wrong`);
    return [name, value];
  });
  return Object.fromEntries(entries);
}
