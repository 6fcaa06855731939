import { benjaminiHochbergAdjusted, holmAdjusted } from "@craic/numerics/adjusted-p-values.js";
import type { Metric } from "../metric.js";
import { type AlwaysValid, alwaysValid } from "./always-valid.js";
import { alwaysValidLift } from "./always-valid-lift.js";
import { adjustForBefore, type PairedMoments, varianceReduction } from "./cuped.js";
import { type Posterior, posteriors } from "./posterior.js";
import { SAMPLE_RATIO_LEVEL, sampleRatioPValue } from "./sample-ratio.js";
import { type Comparison, type Interval, type Moments, varianceOf } from "./samples.js";
import { compareProportions } from "./two-proportions.js";
import { compareMeans } from "./welch.js";

/** Of what is called found, this share may be found by chance; intervals hold with the rest. */
export const ALPHA = 0.05;

/** What the people of one variant did. */
export interface VariantData {
  readonly name: string;
  /** Share of the people that it should have. */
  readonly weight: number;
  /** People who were shown it. */
  readonly users: number;
  /** By metric; for a conversion the numbers are 0 and 1. */
  readonly byMetric: ReadonlyMap<string, PairedMoments>;
}

/** How a variant differs from the control in one metric. */
export interface MetricComparison extends Comparison {
  readonly metric: Metric;
  readonly variant: string;
  /** Holds at every look. */
  readonly sequential: AlwaysValid;
  /** The same of the lift; NaN where either mean is zero. */
  readonly sequentialLift: Interval;
  /** p-values for all variants and metrics together, guardrails apart: by Holm, by Benjamini and Hochberg. */
  readonly holm: number;
  readonly benjaminiHochberg: number;
  /** With what people did before taken out; undefined where nothing is known of before. */
  readonly adjusted: (Comparison & { readonly varianceReduction: number }) | undefined;
}

export interface Analysis {
  readonly sampleRatio: { readonly pValue: number; readonly isMismatch: boolean };
  /** Every metric of every variant but the control. */
  readonly comparisons: readonly MetricComparison[];
  /** Of the deciding metric, by variant, the control included. */
  readonly posteriors: ReadonlyMap<string, Posterior>;
}

/**
 * Everything that can be said of an experiment from sums: cost does not depend on how many people took part.
 *
 * @param variants the control first
 * @param metrics the deciding one first, a conversion
 */
export function analyse(variants: readonly VariantData[], metrics: readonly Metric[]): Analysis {
  const pValue = sampleRatioPValue(
    variants.map(({ users }) => users),
    variants.map(({ weight }) => weight),
  );
  const [control, ...others] = variants;
  if (control === undefined) throw new RangeError("an experiment has at least one variant");
  const raw = metrics.flatMap((metric) => others.map((other) => compare(metric, control, other, variants)));
  return {
    sampleRatio: { pValue, isMismatch: pValue < SAMPLE_RATIO_LEVEL },
    comparisons: withAdjustedPValues(raw),
    posteriors: believed(variants, metrics[0]),
  };
}

type RawComparison = Omit<MetricComparison, "holm" | "benjaminiHochberg">;

function compare(
  metric: Metric,
  control: VariantData,
  variant: VariantData,
  all: readonly VariantData[],
): RawComparison {
  const [before, after] = [momentsIn(control, metric), momentsIn(variant, metric)];
  const comparison =
    metric.kind === "conversion"
      ? compareProportions(
          { users: before.users, conversions: before.sum },
          { users: after.users, conversions: after.sum },
          1 - ALPHA,
        )
      : compareMeans(before, after, 1 - ALPHA);
  const variance = varianceOf(before) / before.users + varianceOf(after) / after.users;
  return {
    ...comparison,
    metric,
    variant: variant.name,
    sequential: alwaysValid(comparison.difference, variance, before.users + after.users, ALPHA),
    sequentialLift: alwaysValidLift(before, after, ALPHA),
    adjusted: adjusted(metric, control, variant, all),
  };
}

function adjusted(
  metric: Metric,
  control: VariantData,
  variant: VariantData,
  all: readonly VariantData[],
): MetricComparison["adjusted"] {
  const moments = all.map((each) => momentsIn(each, metric));
  if (moments.every(({ sumOfSquaresBefore }) => sumOfSquaresBefore === 0)) return undefined;
  const after = adjustForBefore(moments);
  const [plain, before] = [moments[all.indexOf(control)]!, after[all.indexOf(control)]!];
  return {
    ...compareMeans(before, after[all.indexOf(variant)]!, 1 - ALPHA),
    varianceReduction: varianceReduction(plain, before),
  };
}

function momentsIn({ byMetric, users }: VariantData, { name }: Metric): PairedMoments {
  const nothing = { users, sum: 0, sumOfSquares: 0, sumBefore: 0, sumOfSquaresBefore: 0, sumOfProducts: 0 };
  return byMetric.get(name) ?? nothing;
}

/** Guardrails are looked at one by one: missing harm would be worse than a false alarm. */
function withAdjustedPValues(raw: readonly RawComparison[]): MetricComparison[] {
  const together = raw.filter(({ metric, pValue }) => !metric.isGuardrail && !Number.isNaN(pValue));
  const pValues = together.map(({ pValue }) => pValue);
  const [holm, benjaminiHochberg] = [holmAdjusted(pValues), benjaminiHochbergAdjusted(pValues)];
  return raw.map((comparison) => {
    const place = together.indexOf(comparison);
    return {
      ...comparison,
      holm: place < 0 ? comparison.pValue : holm[place]!,
      benjaminiHochberg: place < 0 ? comparison.pValue : benjaminiHochberg[place]!,
    };
  });
}

function believed(variants: readonly VariantData[], metric: Metric | undefined): Map<string, Posterior> {
  if (metric?.kind !== "conversion") return new Map();
  const found = posteriors(
    variants.map((variant) => {
      const { users, sum }: Moments = momentsIn(variant, metric);
      return { users, conversions: sum };
    }),
  );
  return new Map(variants.map(({ name }, i) => [name, found[i]!]));
}
