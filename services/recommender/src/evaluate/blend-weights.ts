import { type Choices, fitConditionalLogit } from "@craic/numerics/conditional-logit.js";
import { climbCoordinates } from "@craic/numerics/coordinate-ascent.js";

/** What every weight is believed to be before anything is learned, and the penalty on straying from it. */
const PRIOR_WEIGHT = 0.3;
const RIDGE = 1;

/**
 * Weights that rank what was chosen as high as can be. Those that explain the choices best (a conditional logit) come
 * close, but the likelihood cares about every place alike and a list about its first ones; so from there, or from one
 * attribute alone where that is better, each weight is moved as long as the discounted gain rises.
 */
export function learnBlendWeights(choices: Choices): Float64Array {
  const { dimension } = choices;
  const prior = new Float64Array(dimension).fill(PRIOR_WEIGHT);
  const alone = Array.from({ length: dimension }, (_, t) =>
    Float64Array.from({ length: dimension }, (_, other) => (other === t ? 1 : 0)),
  );
  const gain = (weights: Float64Array) => meanGain(choices, weights);
  const starts = [fitConditionalLogit(choices, prior, RIDGE), ...alone];
  const gains = starts.map(gain);
  return climbCoordinates(starts[gains.indexOf(Math.max(...gains))]!, gain);
}

/** Mean over the choices of 1 / log2(1 + rank) of what was chosen; of equal scores the middle rank counts. */
export function meanGain({ offsets, attributes, dimension }: Choices, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < offsets.length; i++) {
    const chosen = scoreOf(offsets[i]!);
    let rank = 1;
    for (let row = offsets[i]! + 1; row < offsets[i + 1]!; row++) {
      const score = scoreOf(row);
      if (score > chosen) rank++;
      else if (score === chosen) rank += 0.5;
    }
    sum += 1 / Math.log2(1 + rank);
  }
  return sum / Math.max(1, offsets.length - 1);

  function scoreOf(row: number): number {
    let score = 0;
    for (let t = 0; t < dimension; t++) score += weights[t]! * attributes[row * dimension + t]!;
    return score;
  }
}
