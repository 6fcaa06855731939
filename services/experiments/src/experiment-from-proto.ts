import { toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { Audience, type Experiment as Message } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { invalidArgument } from "@craic/runtime/errors.js";
import type { Targeting } from "./experiment.js";
import { experimentProblems } from "./experiment-problems.js";
import type { ExperimentContent } from "./experiment-record.js";
import { type DecidingMetric, decidingMetric, decidingMetrics } from "./metric.js";

const DEFAULT_METRIC: DecidingMetric = "save";

const audiences: Readonly<Record<Audience, Targeting["audience"] | undefined>> = {
  [Audience.UNSPECIFIED]: "",
  [Audience.NEW]: "new",
  [Audience.RETURNING]: "returning",
};

/** What somebody says of an experiment. INVALID_ARGUMENT for what the field options cannot say. */
export function experimentFromProto(message: Message): ExperimentContent {
  const { experimentId, description, variants, seed, coverage, namespace, holdout, overrides, targeting } =
    message;
  const audience = audiences[targeting?.audience ?? Audience.UNSPECIFIED];
  if (audience === undefined) {
    throw invalidArgument({ field: "experiment.targeting.audience", description: "is not one that we know" });
  }
  const content: ExperimentContent = {
    experimentId,
    description,
    variants: variants.map(({ name, weight, algorithm, channel, value }) => ({
      name,
      weight,
      algorithm,
      channel,
      ...(value === undefined ? {} : { value: toJson(ValueSchema, value) }),
    })),
    seed: seed || experimentId,
    coverage: coverage ?? 1,
    namespace: namespace && { name: namespace.name, from: namespace.from, to: namespace.to },
    holdout,
    overrides: new Map(Object.entries(overrides)),
    targeting: { cityIds: targeting?.cityIds ?? [], audience },
    pauseOnHarm: message.pauseOnHarm,
    primaryMetrics: primaryMetricsFrom(message.primaryMetrics),
  };
  const problems = experimentProblems(content);
  if (problems.length > 0) throw invalidArgument(...problems);
  return content;
}

function primaryMetricsFrom(names: readonly string[]): DecidingMetric[] {
  if (names.length === 0) return [DEFAULT_METRIC];
  return names.map((name, i) => {
    const metric = decidingMetric(name);
    if (metric !== undefined && names.indexOf(name) === i) return metric;
    throw invalidArgument({
      field: `experiment.primary_metrics[${i}]`,
      description:
        metric === undefined
          ? `"${name}" is not one of ${decidingMetrics.join(", ")}`
          : `"${name}" is there already`,
    });
  });
}
