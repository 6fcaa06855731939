import { blendRecipe, learnBlend } from "./blend-learning.js";
import { featureName } from "./feature-table.js";
import { halfLifeRecipe, learnHalfLife } from "./half-life-learning.js";
import type { LearningData, Recipe } from "./learning-data.js";
import type { LiveState } from "./live-state.js";
import { defaultParameters, type RankingModel } from "./ranking-model.js";
import { Rarities } from "./rarities.js";
import type { Replay } from "./replay.js";
import type { TrainingPace } from "./training-pace.js";

/** All that training is told apart from data. A model whose recipe differs gets another minor version. */
export const recipe: Recipe = {
  ...Object.fromEntries(
    Object.entries(defaultParameters).map(([name, value]) => [`parameters.${name}`, value]),
  ),
  ...halfLifeRecipe,
  ...blendRecipe,
};

/** A model without its version, and how many of the choices it was to learn from made no sense. */
export interface Learned {
  readonly ranking: Omit<RankingModel, "version">;
  readonly ignoredChoices: number;
}

/**
 * Learns the parts of a model, one after the other: each may build on those before it. The weights come last, for
 * they say how much each of the others counts.
 *
 * @param replay at the beginning of the log; it is left where the validation ends
 */
export async function learnModel(data: LearningData, replay: Replay, pace: TrainingPace): Promise<Learned> {
  pace.begin("half-life");
  const parameters = { ...defaultParameters, popularityHalfLifeDays: await learnHalfLife(data) };
  const rarities = countRarities(data.known);
  pace.begin("weights");
  const { weights, ignored } = await learnBlend(data, replay, { parameters, rarities });
  return { ranking: { parameters, rarities, weights }, ignoredChoices: ignored };
}

/** How rare each feature is among the events that are known. */
function countRarities({ catalogue }: LiveState): ReadonlyMap<string, number> {
  const { features } = catalogue;
  const current = new Rarities(catalogue, new Map()).current().subarray(0, features.size);
  return new Map(Array.from(current, (rarity, f) => [featureName(features.featureAt(f)), rarity]));
}
