import { incompleteBeta } from "@craic/numerics/incomplete-beta.js";
import { logGamma } from "@craic/numerics/log-gamma.js";
import type { Interval, Proportion } from "./samples.js";

// Looked up once: where tests run, a look at a global costs more than the function.
const { exp, log, max, min, sqrt } = Math;

/** What is believed of a rate: Beta(a, b). */
interface Beta {
  readonly a: number;
  readonly b: number;
}

/** What is believed of a variant's rate, having seen what its people did. */
export interface Posterior {
  /** Probability that this variant's rate is the highest of all. */
  readonly chanceToWin: number;
  /** How much of the rate is lost, on average, by choosing this variant when another is better. */
  readonly expectedLoss: number;
  readonly mean: number;
  /** Holds the rate with probability 0.95; equal tails. */
  readonly credibleInterval: Interval;
}

/** Steps of Simpson's rule, an even number: over 24 standard deviations some 9 digits. */
const STEPS = 1_000;
const DEVIATIONS = 12;
const CREDIBLE = 0.95;

/**
 * What to believe of each variant's rate, beginning with all rates equally likely: Beta(1 + conversions, 1 +
 * others). With f the densities and F the distributions,
 *
 *     chance to win of i = ∫ f_i(x) Π_{j≠i} F_j(x) dx
 *     expected loss of i = E[max_j p_j] − E[p_i],  E[max_j p_j] = Σ_i ∫ x f_i(x) Π_{j≠i} F_j(x) dx
 *
 * both by Simpson's rule where the densities are. Source: Stucchio, "Bayesian A/B Testing at VWO", 2015 (the loss);
 * Gelman et al., "Bayesian Data Analysis", 3rd ed., 2013, 2.4 (the posterior).
 */
export function posteriors(variants: readonly Proportion[]): Posterior[] {
  const betas = variants.map(betaOf);
  const best = expectedBest(betas);
  return betas.map((beta, i) => ({
    chanceToWin: overDensity(beta, (x) =>
      betas.reduce(
        (product, other, j) => (j === i ? product : product * incompleteBeta(x, other.a, other.b)),
        1,
      ),
    ),
    expectedLoss: max(0, best - meanOfBeta(beta)),
    mean: meanOfBeta(beta),
    credibleInterval: equalTails(beta),
  }));
}

/** What a posterior's credible interval is, for one rate alone. */
export function credibleInterval(proportion: Proportion): Interval {
  return equalTails(betaOf(proportion));
}

function betaOf({ users, conversions }: Proportion): Beta {
  return { a: 1 + conversions, b: 1 + users - conversions };
}

function equalTails(beta: Beta): Interval {
  return {
    low: betaQuantile((1 - CREDIBLE) / 2, beta),
    high: betaQuantile((1 + CREDIBLE) / 2, beta),
  };
}

/** E[max p] = Σ_i E[p_i; p_i is the highest]. */
function expectedBest(betas: readonly Beta[]): number {
  return betas.reduce(
    (sum, beta, i) =>
      sum +
      overDensity(beta, (x) =>
        betas.reduce(
          (product, other, j) => (j === i ? product : product * incompleteBeta(x, other.a, other.b)),
          x,
        ),
      ),
    0,
  );
}

/** ∫ f(x) value(x) dx over where the density f of a beta is. */
function overDensity({ a, b }: Beta, value: (x: number) => number): number {
  const mean = a / (a + b);
  const deviation = sqrt((mean * (1 - mean)) / (a + b + 1));
  const low = max(0, mean - DEVIATIONS * deviation);
  const high = min(1, mean + DEVIATIONS * deviation);
  const width = (high - low) / STEPS;
  const logScale = logGamma(a + b) - logGamma(a) - logGamma(b);
  let sum = 0;
  let mass = 0;
  for (let step = 0; step <= STEPS; step++) {
    const x = low + step * width;
    const weight = step === 0 || step === STEPS ? 1 : step % 2 === 1 ? 4 : 2;
    const density = exp(logScale + power(x, a - 1) + power(1 - x, b - 1));
    mass += weight * density;
    if (density > 0) sum += weight * density * value(x);
  }
  return sum / mass; // the mass is 1 but for rounding and the cut tails
}

/** exponent · ln x, which is 0 for an exponent of 0 at x = 0 too. */
function power(x: number, exponent: number): number {
  return exponent === 0 ? 0 : exponent * log(x);
}

function meanOfBeta({ a, b }: Beta): number {
  return a / (a + b);
}

function betaQuantile(p: number, { a, b }: Beta): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
