import { featureKinds } from "../catalogue/event-features.js";
import { featureName } from "../catalogue/feature-table.js";
import type { LiveState } from "../ranking/live-state.js";
import { defaultParameters, type RankingModel } from "../ranking/ranking-model.js";
import { Rarities } from "../ranking/rarities.js";
import { firstTermOf } from "../ranking/terms.js";
import { blendRecipe, learnBlend } from "./blend-learning.js";
import { halfLifeRecipe, learnHalfLife } from "./half-life-learning.js";
import type { LearningData, Recipe } from "./learning-data.js";
import type { Replay } from "./replay.js";
import type { TrainingPace } from "./training-pace.js";
import { learnVectors, vectorRecipe } from "./vector-learning.js";

/** All that training is told apart from data. A model whose recipe differs gets another minor version. */
export const recipe: Recipe = {
  ...Object.fromEntries(
    Object.entries(defaultParameters).map(([name, value]) => [`parameters.${name}`, value]),
  ),
  ...halfLifeRecipe,
  ...vectorRecipe,
  ...blendRecipe,
};

/** A model without its version, and how many of the choices it was to learn from made no sense. */
export interface Learned {
  readonly ranking: Omit<RankingModel, "version">;
  readonly ignoredChoices: number;
}

/**
 * Learns the parts of a model, one after the other: each may build on those before it. The weights come last, for
 * they say how much each of the others counts. Vectors are learned twice: from what came before the validation, so
 * that their weights are true of likes that they were not learned from, and, where these are not all zero, from
 * everything up to its end.
 *
 * @param replay at the beginning of the log; it is left where the validation ends
 */
export async function learnModel(data: LearningData, replay: Replay, pace: TrainingPace): Promise<Learned> {
  pace.begin("half-life");
  const parameters = { ...defaultParameters, popularityHalfLifeDays: await learnHalfLife(data) };
  const rarities = countRarities(data.known);
  pace.begin("vectors");
  replay.upTo(data.validation[0] ?? 0);
  const earlier = await learnVectors(replay.state, rarities);
  pace.begin("weights");
  const { weights, ignored } = await learnBlend(data, replay, { parameters, rarities, vectors: earlier });
  const vectors = haveWeight(weights) ? await learnVectors(replay.state, rarities) : undefined;
  return { ranking: { parameters, rarities, weights, vectors }, ignoredChoices: ignored };
}

function haveWeight(weights: Float64Array): boolean {
  const first = firstTermOf("vectors");
  return weights.subarray(first, first + featureKinds.length).some((weight) => weight > 0);
}

/** How rare each feature is among the events that are known. */
function countRarities({ catalogue }: LiveState): ReadonlyMap<string, number> {
  const { features } = catalogue;
  const current = new Rarities(catalogue, new Map()).current().subarray(0, features.size);
  return new Map(Array.from(current, (rarity, f) => [featureName(features.featureAt(f)), rarity]));
}
