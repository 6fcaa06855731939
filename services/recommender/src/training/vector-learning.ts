import { csrFromTriplets, type SparseRows } from "@craic/numerics/csr.js";
import { foldedFactors } from "@craic/numerics/folded-factors.js";
import { trainImplicitAls } from "@craic/numerics/implicit-als.js";
import { withLength } from "@craic/numerics/typed-array.js";
import { type FeatureKind, featureKinds } from "../catalogue/event-features.js";
import { featureName } from "../catalogue/feature-table.js";
import type { ByName } from "../catalogue/name-list.js";
import type { FeatureVectors } from "../ranking/feature-vectors.js";
import type { LiveState } from "../ranking/live-state.js";
import { Rarities } from "../ranking/rarities.js";
import type { Recipe } from "./learning-data.js";

/** Kinds of feature that get vectors: a Friday, the evening and a price say nothing of who else likes what. */
const KINDS: ReadonlySet<FeatureKind> = new Set(["genre", "artist", "venue", "organiser"]);
const hasVectors = featureKinds.map((kind) => KINDS.has(kind));

const FACTORS = 32;
const REGULARISATION = 1;
/** What it counts that somebody has not liked a feature: mostly they have never met it. */
const UNOBSERVED_WEIGHT = 0.1;
const ITERATIONS = 10;
/** Liked features of people that are learned from at most, some 40 bytes each; of more people an even sample. */
const MOST_ENTRIES = 1_000_000;

export const vectorRecipe: Recipe = {
  "vectors.kinds": [...KINDS].join(" "),
  "vectors.factors": FACTORS,
  "vectors.regularisation": REGULARISATION,
  "vectors.unobserved": UNOBSERVED_WEIGHT,
  "vectors.iterations": ITERATIONS,
  "vectors.entries": MOST_ENTRIES,
};

/**
 * Learns vectors of features from who likes what with which features now, by implicit-feedback least squares on
 * people × features: the confidence is how much of it a person likes, rare features counting more. Nothing is learned
 * where nobody likes anything. The same state gives the same vectors.
 */
export async function learnVectors(
  state: LiveState,
  rarities: ByName<number>,
  signal?: AbortSignal,
): Promise<FeatureVectors | undefined> {
  const { features } = state.catalogue;
  const rarity = new Rarities(state.catalogue, rarities).current();
  const interactions = likedFeatures(state, rarity);
  if (interactions.indices.length === 0) return undefined;
  const { itemFactors } = await trainImplicitAls(interactions, features.size, {
    factors: FACTORS,
    regularisation: REGULARISATION,
    unobservedWeight: UNOBSERVED_WEIGHT,
    iterations: ITERATIONS,
    solver: "cholesky",
    seed: 1,
    signal,
  });
  const folded = foldedFactors(itemFactors, FACTORS, UNOBSERVED_WEIGHT, REGULARISATION);
  const byName = new Map<string, Float32Array>();
  for (let f = 0; f < features.size; f++) {
    const vector = folded.subarray(f * FACTORS, (f + 1) * FACTORS);
    if (vector.some((value) => value !== 0)) byName.set(featureName(features.featureAt(f)), vector);
  }
  return { factors: FACTORS, byName };
}

/** People × features: Σ ρ_f r_i over the events i with the feature that the person likes. */
function likedFeatures(state: LiveState, rarity: Float32Array): SparseRows {
  const { behaviour } = state;
  const step = Math.max(1, Math.ceil(countEntries(state) / MOST_ENTRIES));
  let rowOf = new Uint32Array(0);
  let columnOf = new Uint32Array(0);
  let values = new Float32Array(0);
  let count = 0;
  let rows = 0;
  const liked = new Map<number, number>();
  for (let user = 0; user < behaviour.users.size; user += step, rows++) {
    liked.clear();
    eachLikedFeature(state, user, (f, liking) => liked.set(f, (liked.get(f) ?? 0) + rarity[f]! * liking));
    rowOf = withLength(rowOf, count + liked.size);
    columnOf = withLength(columnOf, count + liked.size);
    values = withLength(values, count + liked.size);
    for (const [feature, value] of liked) {
      rowOf[count] = rows;
      columnOf[count] = feature;
      values[count++] = value;
    }
  }
  return csrFromTriplets(rows, rowOf, columnOf, count, values);
}

/** At least as many as there are: a feature that a person likes in two events is counted twice. */
function countEntries(state: LiveState): number {
  let count = 0;
  for (let user = 0; user < state.behaviour.users.size; user++) {
    eachLikedFeature(state, user, () => count++);
  }
  return count;
}

function eachLikedFeature(
  { behaviour, catalogue }: LiveState,
  user: number,
  visit: (feature: number, liking: number) => void,
): void {
  const { pairs } = behaviour;
  const { offsets, lengths, columns } = catalogue.featuresOf;
  for (let pair = pairs.offsets[user]!; pair < pairs.offsets[user]! + pairs.lengths[user]!; pair++) {
    const liking = behaviour.valueAt(pair);
    if (liking === 0) continue;
    const event = pairs.columns.event[pair]!;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (hasVectors[catalogue.features.kindOf[feature]!]) visit(feature, liking);
    }
  }
}
