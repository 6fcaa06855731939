import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { GetResultsResponseSchema } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import {
  type ComparisonSchema,
  DecisionAction,
  type VariantResultSchema,
} from "@craic/proto/craic/experiments/v1/results_pb.js";
import type { Analysis, MetricComparison, VariantData } from "./analysis/analyse.js";
import type { Decision } from "./analysis/decision.js";
import { credibleInterval } from "./analysis/posterior.js";
import { meanOf } from "./analysis/samples.js";
import { experimentToProto } from "./experiment-to-proto.js";
import type { DecidingMetric } from "./metric.js";
import type { Results } from "./results.js";

const actions: Readonly<Record<Decision["action"], DecisionAction>> = {
  ship: DecisionAction.SHIP,
  rollback: DecisionAction.ROLLBACK,
  "keep-running": DecisionAction.KEEP_RUNNING,
};

export function resultsToProto(results: Results): MessageInitShape<typeof GetResultsResponseSchema> {
  const { record, metric, variants, analysis, decision, segments, points } = results;
  return {
    experiment: experimentToProto(record),
    variants: variants.map((variant) => variantToProto(variant, analysis, metric)),
    comparisons: analysis.comparisons.map(comparisonToProto),
    sampleRatioPValue: analysis.sampleRatio.pValue,
    sampleRatioMismatch: analysis.sampleRatio.isMismatch,
    decision: { action: actions[decision.action], variant: decision.variant, reason: decision.reason },
    power: results.power,
    usersNeeded: BigInt(Number.isFinite(results.usersNeeded) ? results.usersNeeded : 0),
    daysLeft: Number.isFinite(results.daysLeft) ? Math.min(results.daysLeft, 0x7fffffff) : -1,
    segments: segments.map((segment) => ({
      segment: segment.name,
      variants: segment.variants.map((variant) => variantToProto(variant, segment.analysis, metric)),
      comparisons: segment.analysis.comparisons.map(comparisonToProto),
    })),
    points: points.map(({ timeMs, variant, users, conversions }) => ({
      time: timestampFromMs(timeMs),
      variant,
      users: BigInt(users),
      conversions: BigInt(conversions),
      credibleInterval: credibleInterval({ users, conversions }),
    })),
    fromTime: timestampFromMs(results.fromMs),
    toTime: timestampFromMs(results.toMs),
    metric,
  };
}

function variantToProto(
  { name, weight, users, byMetric }: VariantData,
  { posteriors }: Analysis,
  metric: DecidingMetric,
): MessageInitShape<typeof VariantResultSchema> {
  const conversions = byMetric.get(metric)?.sum ?? 0;
  const posterior = posteriors.get(name);
  return {
    variant: name,
    users: BigInt(users),
    weight,
    conversions: BigInt(conversions),
    rate: users === 0 ? 0 : conversions / users,
    credibleInterval: posterior && { ...posterior.credibleInterval },
    chanceToWin: posterior?.chanceToWin ?? 0,
    expectedLoss: posterior?.expectedLoss ?? 0,
    means: Object.fromEntries(Array.from(byMetric, ([of, moments]) => [of, meanOf(moments)])),
  };
}

function comparisonToProto(comparison: MetricComparison): MessageInitShape<typeof ComparisonSchema> {
  const { metric, sequential, adjusted } = comparison;
  return {
    metric: metric.name,
    variant: comparison.variant,
    difference: comparison.difference,
    differenceInterval: { ...comparison.differenceInterval },
    lift: comparison.lift,
    liftInterval: { ...comparison.liftInterval },
    pValue: comparison.pValue,
    sequentialInterval: { ...sequential.interval },
    sequentialPValue: sequential.pValue,
    holmPValue: comparison.holm,
    benjaminiHochbergPValue: comparison.benjaminiHochberg,
    adjusted: adjusted && {
      difference: adjusted.difference,
      differenceInterval: { ...adjusted.differenceInterval },
      pValue: adjusted.pValue,
      varianceReduction: adjusted.varianceReduction,
    },
    isGuardrail: metric.isGuardrail,
    sequentialLiftInterval: { ...comparison.sequentialLift },
    lowerIsBetter: metric.better === "lower",
  };
}
