import { fitConditionalLogit } from "@craic/numerics/conditional-logit.js";
import { candidatesOf } from "../ranking/candidates.js";
import { type RankingModel, weightsOf } from "../ranking/ranking-model.js";
import { Rarities } from "../ranking/rarities.js";
import { Scoring } from "../ranking/scoring.js";
import { noPreferences } from "../ranking/taste.js";
import { termNames } from "../ranking/terms.js";
import type { LearningData, Recipe } from "./learning-data.js";
import { discoveriesAt, type Replay } from "./replay.js";

/** Events that each discovery is compared with. */
const ALTERNATIVES = 40;
/** Discoveries that are learned from at most; more says little more, and costs a millisecond each. */
const MOST_DISCOVERIES = 2_000;

/** What we believe before any data: where a term never varies in what was seen, its weight stays this. */
const priorWeights = weightsOf({
  "own.genre": 2,
  "own.artist": 3,
  "own.venue": 2,
  "own.organiser": 2,
  "own.weekday": 0.2,
  "own.hour": 0.2,
  "own.price": 0.2,
  "neighbours.event": 3,
  "neighbours.genre": 1,
  "neighbours.artist": 1,
  "neighbours.venue": 1,
  "neighbours.organiser": 1,
  "crowd.event": 2,
  "crowd.genre": 0.5,
  "crowd.artist": 0.5,
  "crowd.venue": 0.5,
  "crowd.organiser": 0.5,
  "vectors.genre": 0.5,
  "vectors.artist": 0.5,
  "vectors.venue": 0.5,
  "vectors.organiser": 0.5,
  soon: 0.5,
  "neighbours.together": 1,
  "own.near": 0.5,
});
/** How strongly the prior holds weights; docs/models.md has what other strengths gave. */
const RIDGE = 0.25;

export const blendRecipe: Recipe = {
  "blend.terms": termNames.join(" "),
  "blend.prior": priorWeights.join(" "),
  "blend.ridge": RIDGE,
  "blend.alternatives": ALTERNATIVES,
  "blend.discoveries": MOST_DISCOVERIES,
};

/**
 * Learns the weights of the blend from what people discovered: of the event they discovered and others that
 * they could have been shown at that moment, which was it? Weights are those of a conditional logit; choosing
 * the alternatives at random leaves its estimate consistent. Source: McFadden, "Modelling the Choice of
 * Residential Location", 1978.
 *
 * Choices with a term that is no finite number are passed over and counted.
 *
 * @param replay is taken up to the last of those choices
 */
export async function learnBlend(
  { log, validation, random, rest }: LearningData,
  replay: Replay,
  model: Pick<RankingModel, "parameters" | "rarities" | "vectors">,
): Promise<{ weights: Float64Array; ignored: number }> {
  const { state } = replay;
  const rarities = new Rarities(state.catalogue, model.rarities);
  const scoring = new Scoring(state, model.parameters, rarities, model.vectors);
  const discoveries = discoveriesAt(log, validation, MOST_DISCOVERIES);
  const dimension = termNames.length;
  const offsets = [0];
  const attributes = new Float32Array(discoveries.length * (1 + ALTERNATIVES) * dimension);
  for (const [i, discovery] of discoveries.entries()) {
    replay.upTo(discovery.place);
    scoring.begin({ user: discovery.user, preferences: noPreferences }, discovery.occurMs);
    const [own, ...others] = candidatesOf(state, discovery);
    const begin = offsets.at(-1)!;
    let end = begin;
    for (const event of [own!, ...sample(others, ALTERNATIVES, random)]) {
      scoring.termsOf(event, attributes.subarray(end * dimension, (end + 1) * dimension));
      end++;
    }
    scoring.end();
    if (attributes.subarray(begin * dimension, end * dimension).every(Number.isFinite)) offsets.push(end);
    await rest((i + 1) / discoveries.length);
  }
  const choices = { offsets: Uint32Array.from(offsets), attributes, dimension };
  const weights = fitConditionalLogit(choices, priorWeights, RIDGE);
  return { weights, ignored: discoveries.length - (offsets.length - 1) };
}

/** At most `most` of a list, each as likely as any other; its order is lost. Source: Fisher and Yates, 1938. */
function sample(list: number[], most: number, random: () => number): number[] {
  const count = Math.min(most, list.length);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (list.length - i));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list.slice(0, count);
}
