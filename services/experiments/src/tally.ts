import type { VariantData } from "./analysis/analyse.js";
import type { PairedMoments } from "./analysis/cuped.js";
import type { ExperimentRecord } from "./experiment-record.js";
import { type MetricName, metrics } from "./metric.js";
import { kindNumber, type Participants } from "./participants.js";

/** Numbers that are added up for each variant and metric: Σ1, Σy, Σy², Σx, Σx², Σxy. */
const SUMS = 6;

/** Which of an experiment's people are counted. */
export interface Counted {
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows of who is left out besides those who are marked so. */
  readonly without: ReadonlySet<number>;
}

/** How many people each variant should have, and what they did. */
export interface Tally {
  /** In the experiment's order. */
  readonly variants: readonly VariantData[];
  /** The same by segment, in the deciding metric alone, the largest first. */
  readonly segments: ReadonlyMap<string, readonly VariantData[]>;
}

/**
 * Adds up what the people of an experiment did: one pass over the arrays.
 *
 * @param deciding the metric that segments are told of
 */
export function tally(
  record: ExperimentRecord,
  people: Participants,
  deciding: MetricName,
  counted: Counted,
): Tally {
  const place = people.variants.map((name) => record.variants.findIndex((variant) => variant.name === name));
  const values = metrics.map(({ name }) => measured(people, name));
  const decides = measured(people, deciding);
  const count = record.variants.length;
  const users = new Float64Array(count);
  const sums = new Float64Array(count * metrics.length * SUMS);
  const bySegment = Array.from({ length: people.cities.length + 2 }, () => new Float64Array(count * SUMS));
  const periods = record.weightPeriods;
  const inPeriod = new Float64Array(periods.length);
  forEachCounted(people, counted, (row) => {
    const variant = place[people.variantAt(row)]!;
    if (variant < 0) return;
    users[variant]! += 1;
    let period = 0;
    while (period + 1 < periods.length && periods[period + 1]!.fromMs <= people.firstMsAt(row)) period++;
    if (periods.length > 0) inPeriod[period]! += 1;
    for (let metric = 0; metric < values.length; metric++) {
      add(sums, (variant * values.length + metric) * SUMS, values[metric]!, row);
    }
    add(bySegment[people.cityAt(row)]!, variant * SUMS, decides, row);
    add(bySegment[people.cities.length + (people.isNewAt(row) ? 0 : 1)]!, variant * SUMS, decides, row);
  });
  const weights = expectedWeights(record, inPeriod);
  const names = [
    ...people.cities.map((city) => city && `city:${city}`),
    "audience:new",
    "audience:returning",
  ];
  return {
    variants: record.variants.map(({ name }, variant) => ({
      name,
      weight: weights[variant]!,
      users: users[variant]!,
      byMetric: new Map(
        metrics.map((metric, i) => [metric.name, momentsAt(sums, (variant * metrics.length + i) * SUMS)]),
      ),
    })),
    segments: new Map(
      bySegment
        .map((own, i): [string, VariantData[]] => [
          names[i]!,
          record.variants.map(({ name }, variant) => {
            const moments = momentsAt(own, variant * SUMS);
            const byMetric = new Map([[deciding, moments]]);
            return { name, weight: weights[variant]!, users: moments.users, byMetric };
          }),
        ])
        .filter(([name]) => name !== "")
        .toSorted(([, a], [, b]) => peopleIn(b) - peopleIn(a)),
    ),
  };
}

/** Calls back with the row of everybody who is counted. */
export function forEachCounted(
  people: Participants,
  { fromMs, toMs, without }: Counted,
  take: (row: number) => void,
): void {
  const { size } = people;
  for (let row = 0; row < size; row++) {
    const firstMs = people.firstMsAt(row);
    if (firstMs < fromMs || firstMs > toMs || people.isOutAt(row)) continue;
    if (without.size > 0 && without.has(row)) continue;
    take(row);
  }
}

/** What a metric measures of a person, and what foretold it before; NaN for somebody it says nothing of. */
interface Measured {
  readonly y: (row: number) => number;
  readonly x: (row: number) => number;
}

const nothing = () => 0;

function measured(people: Participants, metric: MetricName): Measured {
  const counting = (kind: number, atMost: number): Measured => ({
    y: (row) => Math.min(people.conversionsAt(row, kind), atMost),
    x: (row) => people.beforeAt(row, kind),
  });
  switch (metric) {
    case "save":
    case "click":
    case "attend":
      return counting(kindNumber(metric), 1);
    case "saves_per_user":
      return counting(kindNumber("save"), Number.POSITIVE_INFINITY);
    case "hides_per_user":
      return counting(kindNumber("hide"), Number.POSITIVE_INFINITY);
    case "latency_ms":
      return { y: (row) => people.latencyMsAt(row), x: nothing };
    case "errors_per_user":
      return { y: (row) => people.failuresAt(row), x: nothing };
  }
}

function add(sums: Float64Array, at: number, { y: measure, x: foretold }: Measured, row: number): void {
  const y = measure(row);
  if (Number.isNaN(y)) return;
  const x = foretold(row);
  sums[at]! += 1;
  sums[at + 1]! += y;
  sums[at + 2]! += y * y;
  sums[at + 3]! += x;
  sums[at + 4]! += x * x;
  sums[at + 5]! += x * y;
}

function momentsAt(sums: Float64Array, at: number): PairedMoments {
  const [users, sum, sumOfSquares, sumBefore, sumOfSquaresBefore, sumOfProducts] = sums.subarray(
    at,
    at + SUMS,
  );
  return {
    users: users!,
    sum: sum!,
    sumOfSquares: sumOfSquares!,
    sumBefore: sumBefore!,
    sumOfSquaresBefore: sumOfSquaresBefore!,
    sumOfProducts: sumOfProducts!,
  };
}

/**
 * The share of all people that each variant should have: people stay where they were assigned, so each period of
 * weights counts by the people who came in it.
 */
function expectedWeights({ variants, weightPeriods }: ExperimentRecord, inPeriod: Float64Array): number[] {
  const total = inPeriod.reduce((sum, each) => sum + each, 0);
  if (total === 0) return variants.map(({ weight }) => weight);
  return variants.map(({ name }) =>
    weightPeriods.reduce((sum, { weights }, i) => sum + ((weights[name] ?? 0) * inPeriod[i]!) / total, 0),
  );
}

function peopleIn(variants: readonly VariantData[]): number {
  return variants.reduce((sum, { users }) => sum + users, 0);
}
