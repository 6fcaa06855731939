import { Matrix } from "ml-matrix";
import { type Choices, fitConditionalLogit } from "./conditional-logit.js";
import { createRandom } from "./random.js";

/** Choices that people with the given weights make among `alternatives` random ones. */
function simulate(weights: readonly number[], count: number, alternatives: number, seed: number): Choices {
  const random = createRandom(seed);
  const dimension = weights.length;
  const attributes = Float32Array.from({ length: count * alternatives * dimension }, random);
  const offsets = Uint32Array.from({ length: count + 1 }, (_, i) => i * alternatives);
  for (let i = 0; i < count; i++) {
    // A Gumbel shock on each utility makes the largest one follow the model exactly.
    const utilityOf = (j: number) =>
      weights.reduce((u, w, a) => u + w * attributes[(i * alternatives + j) * dimension + a]!, 0) -
      Math.log(-Math.log(random()));
    const utilities = Array.from({ length: alternatives }, (_, j) => utilityOf(j));
    const taken = utilities.indexOf(Math.max(...utilities));
    for (let a = 0; a < dimension; a++) {
      const first = i * alternatives * dimension + a;
      const chosen = first + taken * dimension;
      [attributes[first], attributes[chosen]] = [attributes[chosen]!, attributes[first]!];
    }
  }
  return { offsets, attributes, dimension };
}

/** The gradient as the formula says it, on matrices. */
function plainGradient(
  choices: Choices,
  weights: Float64Array,
  prior: Float64Array,
  penalty: number,
): Matrix {
  const w = Matrix.columnVector(Array.from(weights));
  let gradient = Matrix.columnVector(Array.from(prior)).sub(w).mul(penalty);
  for (let i = 0; i + 1 < choices.offsets.length; i++) {
    const count = choices.offsets[i + 1]! - choices.offsets[i]!;
    const begin = choices.offsets[i]! * choices.dimension;
    const flat = Array.from(choices.attributes.subarray(begin, begin + count * choices.dimension));
    const x = Matrix.from1DArray(count, choices.dimension, flat);
    const odds = Matrix.exp(x.mmul(w));
    const p = Matrix.div(odds, odds.sum());
    gradient = gradient.add(x.getRowVector(0).transpose()).sub(x.transpose().mmul(p));
  }
  return gradient;
}

const zeros = (count: number) => new Float64Array(count);

describe("fitConditionalLogit()", () => {
  it("finds the weights that the choices were made with", () => {
    const truth = [3, 0, 1.5, 0.5];
    const weights = fitConditionalLogit(simulate(truth, 8_000, 8, 1), zeros(4), 1);
    // The standard error of each is about 0.04.
    truth.forEach((weight, a) => {
      expect(Math.abs(weights[a]! - weight)).toBeLessThan(0.16);
    });
  });

  it("ends where the gradient is zero, or points below zero at a weight of zero", () => {
    const choices = simulate([2, -1, 0.5], 500, 5, 2);
    const prior = Float64Array.of(0.1, 0.1, 0.1);
    const weights = fitConditionalLogit(choices, prior, 0.5);
    const gradient = plainGradient(choices, weights, prior, 0.5);
    expect(weights[1]).toBe(0);
    expect(gradient.get(1, 0)).toBeLessThan(0);
    expect(gradient.get(0, 0)).toBeCloseTo(0, 4);
    expect(gradient.get(2, 0)).toBeCloseTo(0, 4);
  });

  it("stays at the prior when there are no choices, or choices of one", () => {
    const prior = Float64Array.of(1, 2);
    const none: Choices = { offsets: Uint32Array.of(0), attributes: new Float32Array(0), dimension: 2 };
    expect([...fitConditionalLogit(none, prior, 1)]).toEqual([1, 2]);
    const single: Choices = {
      offsets: Uint32Array.of(0, 1),
      attributes: Float32Array.of(5, 5),
      dimension: 2,
    };
    expect([...fitConditionalLogit(single, prior, 1)]).toEqual([1, 2]);
  });

  it("keeps the prior's weight of an attribute that never varies", () => {
    const choices: Choices = {
      offsets: Uint32Array.of(0, 2, 4),
      attributes: Float32Array.of(1, 7, 0, 7, 1, 7, 0, 7),
      dimension: 2,
    };
    const weights = fitConditionalLogit(choices, Float64Array.of(0, 0.3), 0.1);
    expect(weights[0]).toBeGreaterThan(1);
    expect(weights[1]).toBeCloseTo(0.3, 9);
  });

  it("does not overflow on attributes of hundreds", () => {
    const choices: Choices = {
      offsets: Uint32Array.of(0, 2),
      attributes: Float32Array.of(900, 0),
      dimension: 1,
    };
    expect(fitConditionalLogit(choices, Float64Array.of(2), 1)[0]).toBeCloseTo(2, 6);
  });
});
