import { alwaysValid } from "./always-valid.js";
import { type Interval, type Moments, meanOf, varianceOf } from "./samples.js";

/**
 * An interval for a lift that covers the truth at all looks together with probability 1 − α: that of ln(ȳ₁/ȳ₀), by
 * the delta method with variance V₀/ȳ₀² + V₁/ȳ₁², exponentiated, less one. V_i = s_i²/n_i.
 * Source: Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics", KDD 2018, and alwaysValid().
 *
 * @param alpha 1 − level, for example 0.05
 * @returns NaN where either mean is zero; from −1 to infinity where there is nothing to estimate a variance from
 */
export function alwaysValidLift(control: Moments, variant: Moments, alpha: number): Interval {
  const [mean0, mean1] = [meanOf(control), meanOf(variant)];
  if (!(mean0 > 0 && mean1 > 0)) return { low: Number.NaN, high: Number.NaN };
  const [v0, v1] = [varianceOf(control) / control.users, varianceOf(variant) / variant.users];
  const variance = v0 / mean0 ** 2 + v1 / mean1 ** 2;
  const { interval } = alwaysValid(Math.log(mean1 / mean0), variance, control.users + variant.users, alpha);
  return { low: Math.expm1(interval.low), high: Math.expm1(interval.high) };
}
