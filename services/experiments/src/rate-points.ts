import type { ExperimentRecord } from "./experiment-record.js";
import type { Participants } from "./participants.js";
import { type Counted, forEachCounted } from "./tally.js";

/** How far a variant had come at an instant. */
export interface RatePoint {
  readonly timeMs: number;
  readonly variant: string;
  /** People who had been shown it by then, and those of them who had converted by then. */
  readonly users: number;
  readonly conversions: number;
}

const MOST_POINTS = 50;
/** Points are no nearer to each other than this: a plot of noise shows nothing. */
const LEAST_STEP_MS = 60_000;

/** How the rates of an experiment's variants developed, evenly in time, the last point at the end. @param kind number of the conversion */
export function ratePoints(
  record: ExperimentRecord,
  people: Participants,
  kind: number,
  counted: Counted,
): RatePoint[] {
  const { fromMs, toMs } = counted;
  const steps = Math.max(1, Math.min(MOST_POINTS, Math.floor((toMs - fromMs) / LEAST_STEP_MS)));
  const stepMs = Math.max(1, toMs - fromMs) / steps;
  const stepOf = (ms: number) => Math.min(steps - 1, Math.floor((ms - fromMs) / stepMs));
  const place = people.variants.map((name) => record.variants.findIndex((variant) => variant.name === name));
  const users = new Float64Array(record.variants.length * steps);
  const conversions = new Float64Array(record.variants.length * steps);
  forEachCounted(people, counted, (row) => {
    const variant = place[people.variantAt(row)]!;
    if (variant < 0) return;
    users[variant * steps + stepOf(people.firstMsAt(row))]! += 1;
    if (people.conversionsAt(row, kind) === 0) return;
    conversions[variant * steps + stepOf(people.firstConversionMsAt(row, kind))]! += 1;
  });
  return record.variants.flatMap(({ name }, variant) => {
    let [shown, converted] = [0, 0];
    return Array.from({ length: steps }, (_, step): RatePoint => {
      shown += users[variant * steps + step]!;
      converted += conversions[variant * steps + step]!;
      return {
        timeMs: Math.round(fromMs + (step + 1) * stepMs),
        variant: name,
        users: shown,
        conversions: converted,
      };
    });
  });
}
