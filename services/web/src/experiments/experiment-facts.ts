import {
  Audience,
  type Experiment,
  ExperimentState,
  type Variant,
} from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { count, percent } from "./figures.js";
import { flagValue } from "./flag-value.js";
import { metricWords } from "./metric-words.js";

/** How an experiment is made, as names and values to be read. */
export type ExperimentFacts = ReadonlyMap<string, string>;

/** Everything about an experiment that somebody decides, but for its state. */
export function experimentFacts(experiment: Experiment): ExperimentFacts {
  const { description, variants, seed, coverage, holdout, namespace, overrides, targeting } = experiment;
  const facts = new Map<string, string>();
  facts.set("What it is about", description || "not said");
  facts.set(
    "Decided by",
    experiment.primaryMetrics.map((name) => metricWords(name).label).join(", ") || "Saved",
  );
  for (const variant of variants) facts.set(`Variant ${variant.name}`, variantFact(variant));
  facts.set("Who takes part", `${percent(coverage ?? 1)} of ${audience(experiment)}`);
  facts.set("Cities", targeting?.cityIds.length ? targeting.cityIds.join(", ") : "all");
  facts.set("Kept out of every experiment", percent(holdout));
  facts.set(
    "Excludes others in",
    namespace ? `${namespace.name}, ${percent(namespace.from)} to ${percent(namespace.to)}` : "nothing",
  );
  const given = Object.entries(overrides);
  facts.set(
    "Given a variant by hand",
    given.length === 0 ? "nobody" : `${count(given.length)} ${given.length === 1 ? "person" : "people"}`,
  );
  facts.set("Pauses by itself on harm", experiment.pauseOnHarm ? "yes" : "no");
  facts.set("Seed", seed);
  return facts;
}

function variantFact({ weight, algorithm, channel, value }: Variant): string {
  const parts = [
    percent(weight),
    algorithm.replaceAll("_", " "),
    channel && `model of ${channel}`,
    value && `flag ${flagValue(value)}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function audience({ targeting }: Experiment): string {
  switch (targeting?.audience ?? Audience.UNSPECIFIED) {
    case Audience.UNSPECIFIED:
      return "everybody";
    case Audience.NEW:
      return "new people";
    case Audience.RETURNING:
      return "returning people";
  }
}

const states: Readonly<Record<ExperimentState, string>> = {
  [ExperimentState.UNSPECIFIED]: "unknown",
  [ExperimentState.DRAFT]: "draft",
  [ExperimentState.RUNNING]: "running",
  [ExperimentState.PAUSED]: "paused",
  [ExperimentState.STOPPED]: "stopped",
};

export function stateName(state: ExperimentState): string {
  return states[state];
}
