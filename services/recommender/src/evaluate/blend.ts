import type { Choices } from "@craic/numerics/conditional-logit.js";
import { withLength } from "@craic/numerics/typed-array.js";
import type { Algorithm, Asker, Parameter, Scorer } from "./algorithm.js";
import { learnBlendWeights } from "./blend-weights.js";
import type { Split } from "./question.js";
import { UserItems } from "./user-items.js";

/** Interactions at which somebody counts as half new. */
const HALF_NEW = 5;
/**
 * Others that what somebody turned to is compared with. Enough of them that the first places of a list of all items
 * count, few enough that the weights serve for lists of a hundred too.
 */
const ALTERNATIVES = 400;

const onOrOff: Parameter = { preset: 1, from: 0, to: 1, scale: "linear", whole: true, most: 1, fixed: true };

/**
 * Several algorithms as one. Each part's scores are brought to one scale (see `standardise`) and added up with
 * weights that rank best what people turned to in a validation part of the training data, held out like the test
 * (blend-weights.ts). A part has two weights, one of them for its opinion on people who are new, whose share is
 * 5 / (5 + interactions): so popularity may lead for them and step back gradually.
 *
 * The parts are then trained once more, on everything.
 */
export function blendOf(parts: readonly Algorithm[]): Algorithm {
  return {
    name: "blend",
    summary: `${parts.map(({ name }) => name).join(", ")}, weighted on a validation part; NAME=0 leaves one out`,
    parameters: {
      ...Object.fromEntries(parts.map(({ name }) => [name, onOrOff])),
      choices: { preset: 3_000, from: 100, to: 100_000, scale: "log", whole: true, fixed: true },
    },
    async fit(training, settings) {
      const used = parts.map(({ name }) => name).filter((name) => settings[name] !== 0);
      if (used.length === 0) throw new RangeError("every part is left out");
      const validation = training.carve(training.interactions, ALTERNATIVES);
      const early: Scorer[] = [];
      for (const name of used) early.push(await training.fit(name, validation.train));
      const weights = learnBlendWeights(choicesOf(early, validation, settings.choices!));
      const scorers: Scorer[] = [];
      for (const name of used) scorers.push(await training.fit(name, training.interactions));
      const known = new UserItems(training.users, training.interactions);
      const extra = new Float64Array(training.users); // interactions since training
      return {
        observe(user, item, timeMs) {
          extra[user]! += 1;
          for (const scorer of scorers) scorer.observe?.(user, item, timeMs);
        },
        score(asker, candidates, scores) {
          const history = known.of(asker.user).length + extra[asker.user]!;
          const opinions = opinionsOf(scorers, asker, history, candidates);
          for (let i = 0; i < candidates.length; i++) {
            let score = 0;
            for (let t = 0; t < weights.length; t++) score += weights[t]! * opinions[i * weights.length + t]!;
            scores[i] = score;
          }
        },
        explain: () =>
          used
            .map((name, p) => `${name} ${weights[2 * p]!.toFixed(2)} + ${weights[2 * p + 1]!.toFixed(2)} new`)
            .join(", "),
      };
    },
  };
}

/** What people of a validation part turned to, against the other candidates, as the parts saw them. */
function choicesOf(scorers: readonly Scorer[], { questions }: Split, most: number): Choices {
  const dimension = 2 * scorers.length;
  const step = Math.max(1, questions.length / most);
  const offsets = [0];
  let attributes = new Float32Array(0);
  for (let at = 0; at < questions.length; at += step) {
    const question = questions[Math.floor(at)]!;
    const candidates = question.candidates();
    const opinions = opinionsOf(scorers, question, question.history, candidates);
    const others = [...candidates.keys()].filter((i) => !question.relevant.includes(candidates[i]!));
    for (const item of question.relevant) {
      const rows = [candidates.indexOf(item), ...others];
      let row = offsets.at(-1)!;
      attributes = withLength(attributes, (row + rows.length) * dimension);
      for (const i of rows) {
        attributes.set(opinions.subarray(i * dimension, (i + 1) * dimension), row++ * dimension);
      }
      offsets.push(row);
    }
  }
  return { offsets: Uint32Array.from(offsets), attributes, dimension };
}

/** What each part thinks of each candidate, and of them for somebody new: candidates × 2 parts, row-major. */
function opinionsOf(
  scorers: readonly Scorer[],
  asker: Asker,
  history: number,
  candidates: Uint32Array,
): Float64Array {
  const width = 2 * scorers.length;
  const opinions = new Float64Array(candidates.length * width);
  const scores = new Float64Array(candidates.length);
  const newness = HALF_NEW / (HALF_NEW + history);
  for (const [p, scorer] of scorers.entries()) {
    scorer.score(asker, candidates, scores);
    standardise(scores);
    for (let i = 0; i < candidates.length; i++) {
      opinions[i * width + 2 * p] = scores[i]!;
      opinions[i * width + 2 * p + 1] = newness * scores[i]!;
    }
  }
  return opinions;
}

/**
 * Brings scores to mean 0 and deviation 1 and then draws in the far ones, sign(z) · log(1 + |z|), so that one part's
 * favourite does not drown what all others say. All zero when all are equal: no opinion.
 */
export function standardise(scores: Float64Array): void {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  const deviation = Math.sqrt(variance);
  const equal = deviation <= 1e-12 * Math.abs(mean) || deviation === 0;
  for (let i = 0; i < scores.length; i++) {
    const z = equal ? 0 : (scores[i]! - mean) / deviation;
    scores[i] = Math.sign(z) * Math.log1p(Math.abs(z));
  }
}
