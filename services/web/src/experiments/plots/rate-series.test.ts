import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { RatePointSchema } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { rateBounds, rateSeries } from "./rate-series.js";

function point(variant: string, ms: number, users: number, conversions: number, low: number, high: number) {
  return create(RatePointSchema, {
    variant,
    time: timestampFromMs(ms),
    users: BigInt(users),
    conversions: BigInt(conversions),
    credibleInterval: { low, high },
  });
}

const points = [
  point("control", 1_000, 0, 0, 0.03, 0.98),
  point("control", 2_000, 5, 1, 0.04, 0.64),
  point("control", 3_000, 100, 20, 0.13, 0.29),
  point("blend", 1_000, 2, 1, 0.09, 0.91),
  point("blend", 2_000, 40, 8, 0.1, 0.35),
  point("blend", 3_000, 100, 30, 0.22, 0.4),
];

describe("rateSeries()", () => {
  it("draws a line for each variant that has points, in the experiment's order", () => {
    const series = rateSeries(points, ["control", "retired", "blend"]);
    expect(series.map(({ variant }) => variant)).toEqual(["control", "blend"]);
    expect(series[1]?.points.at(-1)).toEqual({
      ms: 3_000,
      users: 100,
      conversions: 30,
      rate: 0.3,
      low: 0.22,
      high: 0.4,
    });
  });

  it("has no rate and no interval while there is nobody, whatever is believed then", () => {
    const [control] = rateSeries(points, ["control"]);
    expect(control?.points[0]).toMatchObject({ rate: Number.NaN, low: Number.NaN, high: Number.NaN });
  });
});

describe("rateBounds()", () => {
  it("holds the intervals of those who have come far, and zero", () => {
    const { low, high } = rateBounds(rateSeries(points, ["control", "blend"]));
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(0.4);
    // The interval of the first five people reaches 0.64.
    expect(high).toBeLessThan(0.5);
  });

  it("leaves zero out where rates are high and close together", () => {
    const close = [
      point("control", 1_000, 900, 810, 0.88, 0.92),
      point("blend", 1_000, 900, 820, 0.89, 0.93),
    ];
    const { low, high } = rateBounds(rateSeries(close, ["control", "blend"]));
    expect(low).toBeGreaterThan(0.8);
    expect(low).toBeLessThan(0.88);
    expect(high).toBeLessThanOrEqual(1);
  });

  it("is everything while there is nobody", () => {
    expect(rateBounds(rateSeries(points.slice(0, 1), ["control"]))).toEqual({ low: 0, high: 1 });
  });
});
