import { createHash } from "node:crypto";
import { defaultParameters, type RankingModel, type RankingParameters } from "../ranking/ranking-model.js";
import { decodeDrift, encodeDrift } from "./drift-part.js";
import { digestOf, MODEL_FILE, type ModelManifest } from "./model-manifest.js";
import { FILE_LAYOUT, parseVersion } from "./model-version.js";
import { Pieces } from "./pieces.js";
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
export async function decodeModel(manifest: ModelManifest, file: Uint8Array): Promise<TrainedModel> {
  const pieces = new Pieces();
  const { version, parameters, shapes } = manifest;
  if (parseVersion(version)?.[0] !== FILE_LAYOUT)
    throw new Error(`version ${version} has another layout of the file`);
  checkDigest(manifest, file);
  await pieces.end();
  const tensors = new TensorReader(decodeSafetensors(file), shapes);
  const weights = decodeWeights(tensors, manifest.recipe?.["blend.terms"]?.toString());
  const drift = decodeDrift(tensors);
  const rarities = decodeRarities(tensors);
  await pieces.end();
  const vectors = decodeVectors(tensors);
  await pieces.end();
  const ranking = { version, parameters: rankingParameters(parameters), weights, rarities, vectors, drift };
  return { manifest, ranking };
}

/** Throws DigestMismatch. */
export function checkDigest(manifest: ModelManifest, file: Uint8Array): void {
  const digest = sha256Of(file);
  if (digest !== digestOf(manifest))
    throw new DigestMismatch(`${MODEL_FILE} has the digest ${digest}, not ${digestOf(manifest)}`);
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
