import { ALPHA, type Analysis, analyse, type VariantData } from "./analysis/analyse.js";
import { type Decision, decide } from "./analysis/decision.js";
import { daysLeft, powerOf, usersNeeded } from "./analysis/power.js";
import { rateOf } from "./analysis/samples.js";
import type { ExperimentRecord } from "./experiment-record.js";
import { type DecidingMetric, type Metric, metrics } from "./metric.js";
import { kindNumber, type Participants } from "./participants.js";
import { type RatePoint, ratePoints } from "./rate-points.js";
import { type Counted, tally } from "./tally.js";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const POWER = 0.8;
/** A segment in which a variant has fewer people is not told: its figures would be noise. */
const FEWEST_IN_SEGMENT = 100;
const MOST_SEGMENTS = 50;

/** What is asked of an experiment. */
export interface Question {
  readonly metric: DecidingMetric;
  /** Only people first exposed in the last so many hours; 0 for the whole run. */
  readonly windowHours: number;
  /** The smallest lift worth finding, relative. */
  readonly minimumLift: number;
  readonly nowMs: number;
}

/** What is known of an experiment. */
export interface Results {
  readonly record: ExperimentRecord;
  readonly metric: DecidingMetric;
  readonly variants: readonly VariantData[];
  readonly analysis: Analysis;
  readonly decision: Decision;
  readonly power: number;
  /** Infinity where it cannot be told. */
  readonly usersNeeded: number;
  readonly daysLeft: number;
  readonly segments: readonly Segment[];
  readonly points: readonly RatePoint[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Some of an experiment's people. */
export interface Segment {
  readonly name: string;
  readonly variants: readonly VariantData[];
  readonly analysis: Analysis;
}

/** Analyses an experiment that has been running. */
export function resultsOf(record: ExperimentRecord, people: Participants, question: Question): Results {
  const { metric, windowHours, minimumLift, nowMs } = question;
  const startMs = record.startMs ?? nowMs;
  const toMs = record.stopMs ?? nowMs;
  const fromMs = windowHours === 0 ? startMs : Math.max(startMs, Math.floor(toMs - windowHours * HOUR_MS));
  const without = new Set(Array.from(record.overrides.keys(), (userId) => people.rowOf(userId)));
  const counted: Counted = { fromMs, toMs, without };
  const { variants, segments } = tally(record, people, metric, counted);
  const ordered = decidingFirst(metric);
  const present = variants.filter((variant, i) => i === 0 || takesPart(variant));
  const analysis = analyse(present, ordered);
  const [control, ...others] = present;
  const conversions = control?.byMetric.get(metric)?.sum ?? 0;
  const rate = rateOf({ users: control?.users ?? 0, conversions });
  const fewest = Math.min(...others.map(({ users }) => users));
  const needed = usersNeeded(rate, minimumLift, { alpha: ALPHA, power: POWER });
  const fewestOfAll = Math.min(control?.users ?? 0, fewest);
  return {
    record,
    metric,
    variants,
    analysis,
    decision: decide(analysis, new Map(present.map(({ name, users }) => [name, users])), {
      deciding: metric,
      primary: record.primaryMetrics,
      isStopped: record.state === "stopped",
    }),
    power: powerNow(rate, minimumLift, control?.users ?? 0, fewest),
    usersNeeded: needed,
    daysLeft: daysLeft(needed, fewestOfAll, Math.max(toMs - fromMs, 1) / DAY_MS),
    segments: [...segments].slice(0, MOST_SEGMENTS).flatMap(([name, among]) => {
      const own = among.filter((variant, i) => i === 0 || takesPart(variant));
      if (own.some(({ users }) => users < FEWEST_IN_SEGMENT)) return [];
      return [{ name, variants: own, analysis: analyse(own, ordered.slice(0, 1)) }];
    }),
    points: ratePoints(record, people, kindNumber(metric), counted),
    fromMs,
    toMs,
  };
}

function decidingFirst(metric: DecidingMetric): Metric[] {
  return [...metrics.filter(({ name }) => name === metric), ...metrics.filter(({ name }) => name !== metric)];
}

/** Whether there is anything to say of a variant: one without weight that nobody was shown is there for its name alone. */
function takesPart({ users, weight }: VariantData): boolean {
  return users > 0 || weight > 0;
}

/** Probability of finding the smallest lift that is worth it with the people who are there; 0 with nobody. */
function powerNow(rate: number, lift: number, control: number, variant: number): number {
  const changed = rate * (1 + lift);
  const variance = (rate * (1 - rate)) / control + (changed * (1 - changed)) / variant;
  return variance > 0 && changed < 1 ? powerOf(changed - rate, variance, ALPHA) : 0;
}
