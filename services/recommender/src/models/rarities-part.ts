import { type ByName, canBeListed, encodeNames, NamedRows } from "../catalogue/name-list.js";
import type { Tensor } from "./safetensors.js";
import type { TensorReader } from "./tensor-reader.js";

const RARITIES = "feature.rarities";
/** The features' names, in the order of their rarities. */
const FEATURES = "feature.names";

/** The rarities of features, by name, as arrays of a model's file. They are counted in learn-model.ts. */
export function encodeRarities(rarities: ByName<number>): [string, Tensor][] {
  const kept = [...rarities].filter(([name]) => canBeListed(name));
  const names = encodeNames(kept.map(([name]) => name));
  return [
    [RARITIES, { shape: [kept.length], data: Float32Array.from(kept, ([, rarity]) => rarity) }],
    [FEATURES, { shape: [names.length], data: names }],
  ];
}

/** Throws an error that says what is wrong with them. */
export function decodeRarities(file: TensorReader): ByName<number> {
  const rarities = file.readAmounts(RARITIES, Float32Array);
  const byName = new NamedRows(file.read(FEATURES, Uint8Array), (row) => rarities[row]!);
  if (byName.size !== rarities.length) {
    throw new Error(`there are ${byName.size} names for ${rarities.length} features`);
  }
  return byName;
}
