import type { Experiment, ExperimentState } from "./experiment.js";

/** The weights from an instant on, until those of the next period. */
export interface WeightPeriod {
  readonly fromMs: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** An experiment with its history. */
export interface ExperimentRecord extends Experiment {
  /** Whether a variant that does harm pauses the experiment. */
  readonly pauseOnHarm: boolean;
  readonly createMs: number;
  /** When it first ran; undefined for a draft. */
  readonly startMs: number | undefined;
  readonly stopMs: number | undefined;
  /** Counts the changes, 1 for a new one. */
  readonly revision: number;
  /** Which weights people were assigned by since it first ran, oldest first: they stay where they were assigned. */
  readonly weightPeriods: readonly WeightPeriod[];
}

/** What a person may say of an experiment; the rest is history. */
export type ExperimentContent = Omit<
  ExperimentRecord,
  "state" | "createMs" | "startMs" | "stopMs" | "revision" | "weightPeriods"
>;

/** An experiment as a change left it. */
export interface RecordedChange {
  readonly record: ExperimentRecord;
  readonly changeMs: number;
  /** Id of the administrator; "guard" for a pause because of harm. */
  readonly changedBy: string;
}

/** A new draft. */
export function draftOf(content: ExperimentContent, nowMs: number): ExperimentRecord {
  return {
    ...content,
    state: "draft",
    createMs: nowMs,
    startMs: undefined,
    stopMs: undefined,
    revision: 1,
    weightPeriods: [],
  };
}

/** The record with other content: one revision on, and a new period of weights where they changed in a run. */
export function withContent(
  record: ExperimentRecord,
  content: ExperimentContent,
  nowMs: number,
): ExperimentRecord {
  const next = { ...record, ...content, revision: record.revision + 1 };
  return record.startMs === undefined ? next : withPeriod(next, nowMs);
}

/** The record in another state: one revision on. */
export function inState(record: ExperimentRecord, state: ExperimentState, nowMs: number): ExperimentRecord {
  const next = { ...record, state, revision: record.revision + 1 };
  if (state === "stopped") return { ...next, stopMs: nowMs };
  if (state !== "running" || record.startMs !== undefined) return next;
  return withPeriod({ ...next, startMs: nowMs }, nowMs);
}

function withPeriod(record: ExperimentRecord, fromMs: number): ExperimentRecord {
  const weights = Object.fromEntries(record.variants.map(({ name, weight }) => [name, weight]));
  const last = record.weightPeriods.at(-1)?.weights;
  if (last !== undefined && JSON.stringify(last) === JSON.stringify(weights)) return record;
  return { ...record, weightPeriods: [...record.weightPeriods, { fromMs, weights }] };
}
