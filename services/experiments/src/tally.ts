import type { VariantData } from "./analysis/analyse.js";
import type { PairedMoments } from "./analysis/cuped.js";
import type { ExperimentRecord } from "./experiment-record.js";
import { type MetricName, metrics } from "./metric.js";
import {
  BLOCK,
  type Block,
  type Columns,
  IS_NEW,
  IS_OUT,
  KINDS,
  kindNumber,
  type Participants,
} from "./participants.js";

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
 * Adds up what the people of an experiment did: a pass over the arrays for each metric, a block of people at a time, so
 * that what a pass needs stays in the processor's cache.
 *
 * @param deciding the metric that segments are told of
 */
export function tally(
  record: ExperimentRecord,
  people: Participants,
  deciding: MetricName,
  counted: Counted,
): Tally {
  const count = record.variants.length;
  const users = new Float64Array(count);
  const sums = metrics.map(() => new Float64Array(count * SUMS));
  const bySegment = Array.from({ length: people.cities.length + 2 }, () => new Float64Array(count * SUMS));
  const periods = record.weightPeriods;
  const inPeriod = new Float64Array(periods.length);
  forEachCounted(record, people, counted, ({ rows, columns }, places) => {
    for (let row = 0; row < rows; row++) {
      const place = places[row]!;
      if (place < 0) continue;
      users[place]! += 1;
      if (periods.length > 0) inPeriod[periodAt(periods, columns.firstMs[row]!)]! += 1;
    }
    for (const [i, { name }] of metrics.entries()) addAll(sums[i]!, places, rows, measured(columns, name));
    const { city, flags } = columns;
    const audience = (row: number) => people.cities.length + ((flags[row]! & IS_NEW) === 0 ? 1 : 0);
    const measure = measured(columns, deciding);
    for (let row = 0; row < rows; row++) {
      const place = places[row]!;
      if (place < 0) continue;
      add(bySegment[city[row]!]!, place * SUMS, measure, row);
      add(bySegment[audience(row)]!, place * SUMS, measure, row);
    }
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
      byMetric: new Map(metrics.map((metric, i) => [metric.name, momentsAt(sums[i]!, variant * SUMS)])),
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

/**
 * Calls back with each block of people and, of each of its rows, the place of the person's variant among the experiment's;
 * −1 for who is not counted.
 */
export function forEachCounted(
  record: ExperimentRecord,
  people: Participants,
  { fromMs, toMs, without }: Counted,
  take: (block: Block, places: Int8Array) => void,
): void {
  const placeOf = people.variants.map((name) =>
    record.variants.findIndex((variant) => variant.name === name),
  );
  const places = new Int8Array(BLOCK);
  for (const block of people.blocks()) {
    const { firstRow, rows, columns } = block;
    const { firstMs, flags, variant } = columns;
    for (let row = 0; row < rows; row++) {
      const ms = firstMs[row]!;
      const isIn = ms >= fromMs && ms <= toMs && (flags[row]! & IS_OUT) === 0;
      places[row] = isIn ? placeOf[variant[row]!]! : -1;
    }
    for (const row of without) {
      if (row >= firstRow && row < firstRow + rows) places[row - firstRow] = -1;
    }
    take(block, places);
  }
}

/** The numbers of a metric: of each row one in `values`, NaN for somebody it says nothing of, and what foretold it. */
interface Measured {
  readonly values: Uint8Array | Uint16Array | Float32Array;
  readonly stride: number;
  readonly at: number;
  readonly atMost: number;
  /** With the same stride and place. */
  readonly before: Uint8Array | undefined;
}

function measured({ conversions, before, latencyMs, failures }: Columns, metric: MetricName): Measured {
  const counting = (at: number, atMost: number): Measured => ({
    values: conversions,
    stride: KINDS,
    at,
    atMost,
    before,
  });
  const alone = { stride: 1, at: 0, atMost: Number.POSITIVE_INFINITY, before: undefined };
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
      return { values: latencyMs, ...alone };
    case "errors_per_user":
      return { values: failures, ...alone };
  }
}

function addAll(sums: Float64Array, places: Int8Array, rows: number, measure: Measured): void {
  for (let row = 0; row < rows; row++) {
    const place = places[row]!;
    if (place >= 0) add(sums, place * SUMS, measure, row);
  }
}

function add(
  sums: Float64Array,
  to: number,
  { values, stride, at, atMost, before }: Measured,
  row: number,
): void {
  const value = values[row * stride + at]!;
  if (Number.isNaN(value)) return;
  const y = value > atMost ? atMost : value;
  const x = before === undefined ? 0 : before[row * stride + at]!;
  sums[to]! += 1;
  sums[to + 1]! += y;
  sums[to + 2]! += y * y;
  sums[to + 3]! += x;
  sums[to + 4]! += x * x;
  sums[to + 5]! += x * y;
}

/** The number of the period of weights that an instant lies in. */
function periodAt(periods: ExperimentRecord["weightPeriods"], ms: number): number {
  let period = 0;
  while (period + 1 < periods.length && periods[period + 1]!.fromMs <= ms) period++;
  return period;
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
