import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { RatePoint } from "@craic/proto/craic/experiments/v1/results_pb.js";

/** How far a variant had come at an instant that the plot shows. */
export interface RateAt {
  readonly ms: number;
  readonly users: number;
  readonly conversions: number;
  /** conversions / users, and the bounds it lies between; not a number while there is nobody. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** The line of one variant: one point for each instant, the same instants for all. */
export interface RateSeries {
  readonly variant: string;
  readonly points: readonly RateAt[];
}

/** @param variants in the order in which they are wanted; those without points are left out */
export function rateSeries(points: readonly RatePoint[], variants: readonly string[]): RateSeries[] {
  return variants
    .map((variant) => ({
      variant,
      points: points.filter((point) => point.variant === variant).map(rateAt),
    }))
    .filter(({ points: own }) => own.length > 0);
}

function rateAt({ time, users, conversions, credibleInterval }: RatePoint): RateAt {
  const [people, converted] = [Number(users), Number(conversions)];
  const nobody = people === 0;
  return {
    ms: time === undefined ? 0 : timestampMs(time),
    users: people,
    conversions: converted,
    rate: nobody ? Number.NaN : converted / people,
    low: nobody ? Number.NaN : (credibleInterval?.low ?? Number.NaN),
    high: nobody ? Number.NaN : (credibleInterval?.high ?? Number.NaN),
  };
}

/** Of a variant's people in the end, this share must be there before its interval decides what the plot must hold. */
const SETTLED = 0.15;
const HEADROOM = 1.06;

/**
 * The bounds of the rates to be shown. The first few people say next to nothing, and their intervals would press all
 * that follows into a corner: they may run out of the plot.
 */
export function rateBounds(series: readonly RateSeries[]): { low: number; high: number } {
  const settled = series.flatMap(({ points }) => {
    const last = points.at(-1)?.users ?? 0;
    return points.filter(({ users }) => users > 0 && users >= SETTLED * last);
  });
  if (settled.length === 0) return { low: 0, high: 1 };
  const [low, high] = [
    Math.min(...settled.map(({ low }) => low)),
    Math.max(...settled.map((point) => point.high)),
  ];
  const margin = (high - low) * (HEADROOM - 1);
  // Rates are read against zero, unless that would make their differences too small to see.
  return { low: low < 0.6 * high ? 0 : Math.max(0, low - margin), high: Math.min(1, high + margin) };
}
