import { Ranker } from "../ranking/ranker.js";
import { defaultParameters, popularityModel } from "../ranking/ranking-model.js";
import { evaluate, metricsOf } from "./evaluation.js";
import type { LearningData, Recipe } from "./learning-data.js";
import { discoveriesAt, Replay } from "./replay.js";

/** Candidates for how fast popularity fades. */
const HALF_LIVES_DAYS = [3, 7, 14, 30, 90];
/** Discoveries that they are compared on, at most. */
const MOST_DISCOVERIES = 400;

export const halfLifeRecipe: Recipe = {
  "half-life.candidates": HALF_LIVES_DAYS.join(" "),
  "half-life.discoveries": MOST_DISCOVERIES,
};

/** The half-life, in days, with which popularity alone ranks best what was discovered. */
export async function learnHalfLife({ known, log, validation, rest }: LearningData): Promise<number> {
  const state = known.beforeAnything();
  const contestants = HALF_LIVES_DAYS.map((popularityHalfLifeDays) => {
    const parameters = { ...defaultParameters, popularityHalfLifeDays };
    return {
      ranker: new Ranker(state, { ...popularityModel, parameters }),
      algorithm: "popularity",
    } as const;
  });
  const discoveries = discoveriesAt(log, validation, MOST_DISCOVERIES);
  const trials = await evaluate(state, new Replay(log, state), discoveries, contestants, rest);
  const ndcgs = contestants.map((_, i) => metricsOf(trials, i)["ndcg@10"] ?? 0);
  return HALF_LIVES_DAYS[ndcgs.indexOf(Math.max(...ndcgs))]!;
}
