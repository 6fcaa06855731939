import { type Choices, fitConditionalLogit } from "@craic/numerics/conditional-logit.js";
import { candidatesOf } from "./candidates.js";
import type { LiveState } from "./live-state.js";
import { type RankingParameters, weightsOf } from "./ranking-model.js";
import type { Rarities } from "./rarities.js";
import type { Discovery, Replay } from "./replay.js";
import { Scoring } from "./scoring.js";
import { noPreferences } from "./taste.js";
import { termNames } from "./terms.js";

/** Events that each discovery is compared with. */
const ALTERNATIVES = 40;

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
  soon: 0.5,
});
const RIDGE = 0.5;

/**
 * Learns the weights of the blend from what people discovered: of the event they discovered and others that
 * they could have been shown at that moment, which was it? Weights are those of a conditional logit; choosing
 * the alternatives at random leaves its estimate consistent. Source: McFadden, "Modelling the Choice of
 * Residential Location", 1978.
 *
 * @param replay brings `state` to each moment
 * @param rest called between discoveries, so that others can run
 */
export async function learnBlend(
  state: LiveState,
  replay: Replay,
  discoveries: readonly Discovery[],
  parameters: RankingParameters,
  rarities: Rarities,
  random: () => number,
  rest: () => Promise<void>,
): Promise<Float64Array> {
  const scoring = new Scoring(state, parameters, rarities);
  const dimension = termNames.length;
  const offsets = new Uint32Array(discoveries.length + 1);
  const attributes = new Float32Array(discoveries.length * (1 + ALTERNATIVES) * dimension);
  let rows = 0;
  for (const [i, discovery] of discoveries.entries()) {
    replay.upTo(discovery.place);
    scoring.begin({ user: discovery.user, preferences: noPreferences }, discovery.occurMs);
    const [own, ...others] = candidatesOf(state, discovery);
    for (const event of [own!, ...sample(others, ALTERNATIVES, random)]) {
      scoring.termsOf(event, attributes.subarray(rows * dimension, (rows + 1) * dimension));
      rows++;
    }
    scoring.end();
    offsets[i + 1] = rows;
    await rest();
  }
  const choices: Choices = { offsets, attributes, dimension };
  return fitConditionalLogit(choices, priorWeights, RIDGE);
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
