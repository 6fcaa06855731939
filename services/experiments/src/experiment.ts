import type { JsonValue } from "@bufbuild/protobuf";
import type { DecidingMetric } from "./metric.js";

/** Where an experiment stands. */
export type ExperimentState = "draft" | "running" | "paused" | "stopped";

/** One of the things that an experiment compares. */
export interface Variant {
  readonly name: string;
  /** Share of the people who take part, 0 to 1; those of an experiment add up to 1. */
  readonly weight: number;
  /** What to rank by: an algorithm, or a channel of models; "" for the server's choice. */
  readonly algorithm: string;
  readonly channel: string;
  /** What a feature flag is for those who get the variant; undefined for the variant's name. */
  readonly value?: JsonValue | undefined;
}

/** Experiments of one namespace share its people out among them: a person is in at most one. */
export interface Namespace {
  readonly name: string;
  /** The part of the namespace that is this experiment's, 0 ≤ from < to ≤ 1. */
  readonly from: number;
  readonly to: number;
}

/** Whom an experiment is about; what is empty does not narrow. */
export interface Targeting {
  readonly cityIds: readonly string[];
  /** "new" for those without any feedback before, "returning" for the others. */
  readonly audience: "" | "new" | "returning";
}

/** Compares variants on real people. The first variant is the one that the others are compared with. */
export interface Experiment {
  readonly experimentId: string;
  readonly description: string;
  readonly state: ExperimentState;
  readonly variants: readonly Variant[];
  readonly seed: string;
  /** Share of the people in scope who take part, 0 to 1. */
  readonly coverage: number;
  readonly namespace: Namespace | undefined;
  /** Share of all people who are kept out of every experiment that has a holdout, 0 to 1. */
  readonly holdout: number;
  /** Variants given by hand, by id of the person. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly targeting: Targeting;
  /** What it is for, one at least. The first decides; harm to any of them is harm. */
  readonly primaryMetrics: readonly DecidingMetric[];
}
