import { normalQuantile, normalUpperTail } from "@craic/numerics/normal.js";
import { type Comparison, type Interval, type Proportion, rateOf } from "./samples.js";

/**
 * Compares two shares. With p the rates and n the people:
 *
 *     z = (p₁ − p₀) / √( p̄ (1 − p̄) (1/n₀ + 1/n₁) )            p̄ of both together, for the p-value
 *     p₁ − p₀ ± z* √( p₀ (1 − p₀)/n₀ + p₁ (1 − p₁)/n₁ )         for the interval of the difference
 *     ln(p₁/p₀) ± z* √( (1 − p₀)/(n₀ p₀) + (1 − p₁)/(n₁ p₁) )   for that of the lift, exponentiated, less one
 *
 * Source: Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd ed., 2003 (the test);
 * Katz et al., "Obtaining Confidence Intervals for the Risk Ratio in Cohort Studies", Biometrics 34, 1978 (the lift).
 *
 * @param level of the intervals, for example 0.95
 * @returns NaN throughout where a group is empty; p-value 1 where nobody or everybody did it
 */
export function compareProportions(control: Proportion, variant: Proportion, level: number): Comparison {
  const [n0, n1] = [control.users, variant.users];
  const [p0, p1] = [rateOf(control), rateOf(variant)];
  const z = normalQuantile((1 + level) / 2);
  const difference = p1 - p0;
  const pooled = (control.conversions + variant.conversions) / (n0 + n1);
  const pooledError = Math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1));
  const error = Math.sqrt((p0 * (1 - p0)) / n0 + (p1 * (1 - p1)) / n1);
  return {
    difference,
    differenceInterval: { low: difference - z * error, high: difference + z * error },
    lift: p0 === 0 ? Number.NaN : difference / p0,
    liftInterval: liftInterval(control, variant, z),
    pValue: pooledError === 0 ? 1 : 2 * normalUpperTail(Math.abs(difference) / pooledError),
  };
}

function liftInterval(control: Proportion, variant: Proportion, z: number): Interval {
  const [p0, p1] = [rateOf(control), rateOf(variant)];
  if (!(p0 > 0 && p1 > 0)) return { low: Number.NaN, high: Number.NaN };
  const error = Math.sqrt((1 - p0) / control.conversions + (1 - p1) / variant.conversions);
  const ratio = Math.log(p1 / p0);
  return { low: Math.expm1(ratio - z * error), high: Math.expm1(ratio + z * error) };
}
