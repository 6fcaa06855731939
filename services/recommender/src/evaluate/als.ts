import { MAX_FACTORS } from "@craic/numerics/als-problem.js";
import { trainImplicitAls } from "@craic/numerics/implicit-als.js";
import type { Algorithm } from "./algorithm.js";
import { userItemMatrix } from "./user-item-matrix.js";

/**
 * Matrix factorisation: an item's score is the dot product of its factors and the user's. The presets are those that
 * Rendle et al., "Revisiting the Performance of iALS on Item Recommendation Benchmarks", RecSys 2022, found for
 * MovieLens-1M in leave-one-out form, 0.3 and 0.007 in their terms: where a present entry weighs 1 + 0.3 there, it
 * weighs 1 here and an absent one 0.3 / 1.3, and the penalty grows by what that takes off the rows' weights.
 */
export const als: Algorithm = {
  name: "als",
  summary: "implicit matrix factorisation by alternating least squares",
  parameters: {
    factors: { preset: 192, from: 16, to: 256, scale: "log", whole: true, most: MAX_FACTORS },
    iterations: { preset: 12, from: 5, to: 30, scale: "linear", whole: true },
    regularisation: { preset: 0.0085, from: 0.0005, to: 0.1, scale: "log" },
    unobservedWeight: { preset: 0.23, from: 0.01, to: 1, scale: "log" },
    frequencyScaling: { preset: 1, from: 0, to: 1, scale: "linear", most: 1, fixed: true },
  },
  async fit(training, settings) {
    const { userFactors, itemFactors } = await trainImplicitAls(userItemMatrix(training), training.items, {
      factors: settings.factors!,
      iterations: settings.iterations!,
      regularisation: settings.regularisation!,
      unobservedWeight: settings.unobservedWeight!,
      frequencyScaling: settings.frequencyScaling!,
      solver: "conjugate-gradient",
      seed: training.seed,
      threads: training.threads,
    });
    const k = settings.factors!;
    return {
      score({ user }, candidates, scores) {
        const u = user * k;
        for (let i = 0; i < candidates.length; i++) {
          const v = candidates[i]! * k;
          let dot = 0;
          for (let f = 0; f < k; f++) dot += userFactors[u + f]! * itemFactors[v + f]!;
          scores[i] = dot;
        }
      },
    };
  },
};
