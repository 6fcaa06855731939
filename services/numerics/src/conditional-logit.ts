/**
 * What was chosen, and from what. Choice i is between the alternatives offsets[i] … offsets[i + 1] − 1, of
 * which the first is the one that was taken.
 */
export interface Choices {
  /** Where each choice begins, and at the end the number of alternatives: choices + 1 numbers. */
  readonly offsets: Uint32Array;
  /** Attributes of the alternatives, alternatives × attributes, row-major. */
  readonly attributes: Float32Array;
  /** Attributes of one alternative. */
  readonly dimension: number;
}

/** Rounds of Newton's method; it mostly needs fewer than ten. */
const MAX_ROUNDS = 100;
/** Sweeps over the coordinates within one round; the problem is small and nearly solved after a few. */
const SWEEPS = 200;
/** Stops when a round gains less than this share of the log-likelihood. */
const TOLERANCE = 1e-10;

/**
 * Learns how much each attribute counts when people choose: the weights w ≥ 0 that maximise
 *
 *     Σ_i ( w·x_i0 − log Σ_j exp(w·x_ij) ) − penalty/2 · ‖w − prior‖²
 *
 * where x_i0 is the alternative that was taken in choice i and j runs over all of its alternatives. Source:
 * McFadden, "Conditional Logit Analysis of Qualitative Choice Behavior", 1974; the ridge towards a prior
 * and the bound at zero are added.
 *
 * Newton's method on the concave objective; each round maximises the quadratic model under w ≥ 0 by
 * coordinates and then halves the step until the objective rises, as in Friedman, Hastie and Tibshirani,
 * "Regularization Paths for Generalized Linear Models via Coordinate Descent", 2010. Deterministic.
 * Cost: O(alternatives · dimension²) a round.
 *
 * @param prior where weights stay that the data says nothing about, ≥ 0
 * @param penalty > 0
 */
export function fitConditionalLogit(choices: Choices, prior: Float64Array, penalty: number): Float64Array {
  const { dimension } = choices;
  if (prior.length !== dimension) throw new RangeError(`prior has ${prior.length} numbers, not ${dimension}`);
  let weights = prior.slice();
  let current = objective(choices, weights, prior, penalty);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { gradient, curvature } = derivatives(choices, weights, prior, penalty);
    const target = maximiseQuadratic(weights, gradient, curvature);
    const before = current;
    for (let step = 1; step > 1e-6; step /= 2) {
      const tried = weights.map((w, a) => w + step * (target[a]! - w));
      const value = objective(choices, tried, prior, penalty);
      if (value <= current) continue;
      weights = tried;
      current = value;
      break;
    }
    if (current - before <= TOLERANCE * Math.abs(current)) break;
  }
  return weights;
}

/** log Σ_j exp(w·x_ij) of one choice; its utilities w·x_ij are left in `utilities`. */
function logSumExp(choices: Choices, i: number, weights: Float64Array, utilities: Float64Array): number {
  const { offsets, attributes, dimension } = choices;
  const begin = offsets[i]!;
  const count = offsets[i + 1]! - begin;
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < count; j++) {
    let utility = 0;
    const row = (begin + j) * dimension;
    for (let a = 0; a < dimension; a++) utility += weights[a]! * attributes[row + a]!;
    utilities[j] = utility;
    if (utility > largest) largest = utility;
  }
  let sum = 0;
  for (let j = 0; j < count; j++) sum += Math.exp(utilities[j]! - largest);
  return largest + Math.log(sum);
}

function objective(choices: Choices, weights: Float64Array, prior: Float64Array, penalty: number): number {
  const utilities = new Float64Array(longestChoice(choices));
  let value = 0;
  for (let i = 0; i + 1 < choices.offsets.length; i++) {
    const normaliser = logSumExp(choices, i, weights, utilities);
    value += utilities[0]! - normaliser;
  }
  for (let a = 0; a < weights.length; a++) value -= (penalty / 2) * (weights[a]! - prior[a]!) ** 2;
  return value;
}

/**
 * Gradient of the objective, and its curvature (the negative Hessian, dimension × dimension, row-major):
 * with p_ij the probability of an alternative and m_i = Σ_j p_ij x_ij,
 * Σ_i (x_i0 − m_i) and Σ_i (Σ_j p_ij x_ij x_ijᵀ − m_i m_iᵀ), and the ridge's part.
 */
function derivatives(choices: Choices, weights: Float64Array, prior: Float64Array, penalty: number) {
  const { offsets, attributes, dimension } = choices;
  const gradient = weights.map((w, a) => -penalty * (w - prior[a]!));
  const curvature = new Float64Array(dimension * dimension);
  for (let a = 0; a < dimension; a++) curvature[a * dimension + a] = penalty;
  const utilities = new Float64Array(longestChoice(choices));
  const mean = new Float64Array(dimension);
  for (let i = 0; i + 1 < offsets.length; i++) {
    const begin = offsets[i]!;
    const normaliser = logSumExp(choices, i, weights, utilities);
    mean.fill(0);
    for (let j = 0; j < offsets[i + 1]! - begin; j++) {
      const p = Math.exp(utilities[j]! - normaliser);
      const row = (begin + j) * dimension;
      for (let a = 0; a < dimension; a++) {
        const x = attributes[row + a]!;
        if (x === 0) continue;
        mean[a]! += p * x;
        for (let b = 0; b <= a; b++) curvature[a * dimension + b]! += p * x * attributes[row + b]!;
      }
    }
    for (let a = 0; a < dimension; a++) {
      gradient[a]! += attributes[begin * dimension + a]! - mean[a]!;
      for (let b = 0; b <= a; b++) curvature[a * dimension + b]! -= mean[a]! * mean[b]!;
    }
  }
  for (let a = 0; a < dimension; a++) {
    for (let b = 0; b < a; b++) curvature[b * dimension + a] = curvature[a * dimension + b]!;
  }
  return { gradient, curvature };
}

/** The v ≥ 0 that maximises gradient·(v − w) − ½ (v − w)ᵀ curvature (v − w), by cyclic coordinates. */
function maximiseQuadratic(w: Float64Array, gradient: Float64Array, curvature: Float64Array): Float64Array {
  const dimension = w.length;
  const v = w.slice();
  const slope = gradient.slice(); // of the quadratic at v
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (let a = 0; a < dimension; a++) {
      const step = Math.max(-v[a]!, slope[a]! / curvature[a * dimension + a]!);
      if (step === 0) continue;
      v[a]! += step;
      moved = Math.max(moved, Math.abs(step));
      for (let b = 0; b < dimension; b++) slope[b]! -= curvature[b * dimension + a]! * step;
    }
    if (moved < 1e-12) break;
  }
  return v;
}

function longestChoice({ offsets }: Choices): number {
  let longest = 1;
  for (let i = 0; i + 1 < offsets.length; i++) longest = Math.max(longest, offsets[i + 1]! - offsets[i]!);
  return longest;
}
