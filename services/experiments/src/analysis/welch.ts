import { studentQuantile, studentUpperTail } from "@craic/numerics/student-t.js";
import { type Comparison, type Moments, meanOf, varianceOf } from "./samples.js";

/**
 * Compares two means without supposing that the variances are alike. With V_i = s_i²/n_i:
 *
 *     t = (ȳ₁ − ȳ₀) / √(V₀ + V₁),   degrees of freedom (V₀ + V₁)² / (V₀²/(n₀−1) + V₁²/(n₁−1))
 *
 * The lift's interval is by the delta method, with variance V₁/ȳ₀² + V₀ ȳ₁²/ȳ₀⁴.
 * Source: Welch, "The Generalization of Student's Problem when Several Different Population Variances are
 * Involved", Biometrika 34, 1947; Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics",
 * KDD 2018.
 *
 * @param level of the intervals, for example 0.95
 * @returns NaN throughout where a group has fewer than two people; p-value 1 where nobody differs from anybody
 */
export function compareMeans(control: Moments, variant: Moments, level: number): Comparison {
  const [mean0, mean1] = [meanOf(control), meanOf(variant)];
  const [v0, v1] = [varianceOf(control) / control.users, varianceOf(variant) / variant.users];
  const difference = mean1 - mean0;
  const lift = mean0 === 0 ? Number.NaN : difference / mean0;
  if (v0 + v1 === 0) return certain(difference, lift);
  const degrees = (v0 + v1) ** 2 / (v0 ** 2 / (control.users - 1) + v1 ** 2 / (variant.users - 1));
  if (Number.isNaN(degrees)) return unknown;
  const t = studentQuantile((1 + level) / 2, degrees);
  const error = Math.sqrt(v0 + v1);
  const liftError = Math.sqrt(v1 / mean0 ** 2 + (v0 * mean1 ** 2) / mean0 ** 4);
  return {
    difference,
    differenceInterval: { low: difference - t * error, high: difference + t * error },
    lift,
    liftInterval: { low: lift - t * liftError, high: lift + t * liftError },
    pValue: 2 * studentUpperTail(Math.abs(difference) / error, degrees),
  };
}

const nowhere = { low: Number.NaN, high: Number.NaN };
const unknown: Comparison = {
  difference: Number.NaN,
  differenceInterval: nowhere,
  lift: Number.NaN,
  liftInterval: nowhere,
  pValue: Number.NaN,
};

/** All of each group have the same number. */
function certain(difference: number, lift: number): Comparison {
  return {
    difference,
    differenceInterval: { low: difference, high: difference },
    lift,
    liftInterval: { low: lift, high: lift },
    pValue: difference === 0 ? 1 : 0,
  };
}
