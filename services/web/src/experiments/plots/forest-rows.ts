import type { Comparison } from "@craic/proto/craic/experiments/v1/results_pb.js";
import type { Bounds } from "../figures.js";

/** What the interval that holds at every look leaves of a difference. */
export type Tone = "good" | "harm" | "open";

/** A lift and the intervals around it, as a plot shows them. */
export interface ForestRow {
  readonly metric: string;
  readonly variant: string;
  /** Not a number where there is none. */
  readonly lift: number;
  /** At 95% for a single look. */
  readonly once: Bounds;
  /** At 95% for all looks together. */
  readonly always: Bounds;
  readonly tone: Tone;
}

const nowhere: Bounds = { low: Number.NaN, high: Number.NaN };

export function forestRow(comparison: Comparison): ForestRow {
  const { metric, variant, lift, liftInterval, sequentialLiftInterval } = comparison;
  return {
    metric,
    variant,
    lift,
    once: liftInterval ?? nowhere,
    always: sequentialLiftInterval ?? nowhere,
    tone: toneOf(comparison),
  };
}

/** Whether a difference is found, and to the good: by the interval of the difference, which decides at the service too. */
export function toneOf({ sequentialInterval, lowerIsBetter }: Comparison): Tone {
  const { low, high } = sequentialInterval ?? nowhere;
  if (low > 0) return lowerIsBetter ? "harm" : "good";
  if (high < 0) return lowerIsBetter ? "good" : "harm";
  return "open";
}

/** A lift of so much at least is shown, or noise would look large. */
const LEAST = 0.05;
/** Beyond so many times the median reach of the intervals, one of them leaves the plot: it would press the others flat. */
const FARTHEST = 2.5;

/** From where to where lifts are shown; zero is within. */
export function liftBounds(rows: readonly ForestRow[]): Bounds {
  const ends = rows.flatMap(({ lift, once, always }) =>
    [lift, once.low, once.high, always.low, always.high].filter(Number.isFinite),
  );
  const reaches = rows
    .map(({ lift, always, once }) =>
      Math.max(...[lift, always.low, always.high, once.low, once.high].filter(Number.isFinite).map(Math.abs)),
    )
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const most = Math.max(LEAST, FARTHEST * (reaches[Math.floor(reaches.length / 2)] ?? LEAST));
  return {
    // Nothing can be less than nothing, whatever an interval by the delta method says.
    low: Math.max(-1, -most, Math.min(-LEAST, ...ends)),
    high: Math.min(most, Math.max(LEAST, ...ends)),
  };
}
