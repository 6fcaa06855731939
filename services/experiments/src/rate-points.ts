import type { ExperimentRecord } from "./experiment-record.js";
import { KINDS, type Participants, TIMED_KINDS } from "./participants.js";
import { type Counted, forEachCounted } from "./tally.js";

/** How far a variant had come at an instant. */
export interface RatePoint {
  readonly timeMs: number;
  readonly variant: string;
  /** People who had been shown it by then, and those of them who had converted by then. */
  readonly users: number;
  readonly conversions: number;
}

const MINUTE_MS = 60_000;
const MOST_POINTS = 50;
/** Points are no nearer to each other than this: a plot of noise shows nothing. */
const LEAST_STEP_MS = MINUTE_MS;

/** How the rates of an experiment's variants developed, evenly in time, the last point at the end. @param kind number of a conversion that can decide */
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
  const users = new Float64Array(record.variants.length * steps);
  const conversions = new Float64Array(record.variants.length * steps);
  forEachCounted(record, people, counted, ({ rows, columns }, places) => {
    for (let row = 0; row < rows; row++) {
      const place = places[row]!;
      if (place < 0) continue;
      const firstMs = columns.firstMs[row]!;
      users[place * steps + stepOf(firstMs)]! += 1;
      if (columns.conversions[row * KINDS + kind] === 0) continue;
      const convertedMs = firstMs + MINUTE_MS * columns.firstConversionMin[row * TIMED_KINDS + kind]!;
      conversions[place * steps + stepOf(convertedMs)]! += 1;
    }
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
