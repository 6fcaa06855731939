import { create } from "@bufbuild/protobuf";
import { ComparisonSchema } from "@craic/proto/craic/experiments/v1/results_pb.js";
import type { Bounds } from "../figures.js";
import { forestRow, liftBounds, toneOf } from "./forest-rows.js";

interface Changes {
  readonly metric?: string;
  readonly variant?: string;
  readonly lift?: number;
  readonly liftInterval?: Bounds;
  readonly sequentialLiftInterval?: Bounds;
  readonly sequentialInterval?: Bounds;
  readonly lowerIsBetter?: boolean;
}

function comparison(changes: Changes = {}) {
  return create(ComparisonSchema, {
    metric: "save",
    variant: "blend",
    lift: 0.1,
    liftInterval: { low: -0.05, high: 0.25 },
    sequentialLiftInterval: { low: -0.15, high: 0.4 },
    sequentialInterval: { low: -0.01, high: 0.03 },
    ...changes,
  });
}

describe("toneOf()", () => {
  it("is open while zero is within what holds at every look", () => {
    expect(toneOf(comparison())).toBe("open");
    expect(toneOf(comparison({ sequentialInterval: undefined }))).toBe("open");
  });

  it("is good above zero, and harm below", () => {
    expect(toneOf(comparison({ sequentialInterval: { low: 0.01, high: 0.03 } }))).toBe("good");
    expect(toneOf(comparison({ sequentialInterval: { low: -0.03, high: -0.01 } }))).toBe("harm");
  });

  it("is the other way round where less is better", () => {
    const latency = { metric: "latency_ms", lowerIsBetter: true };
    expect(toneOf(comparison({ ...latency, sequentialInterval: { low: 1, high: 3 } }))).toBe("harm");
    expect(toneOf(comparison({ ...latency, sequentialInterval: { low: -3, high: -1 } }))).toBe("good");
  });
});

describe("liftBounds()", () => {
  it("holds all intervals, and zero", () => {
    const shifted = comparison({
      liftInterval: { low: 0.2, high: 0.3 },
      sequentialLiftInterval: { low: 0.15, high: 0.4 },
    });
    expect(liftBounds([shifted].map(forestRow))).toEqual({ low: -0.05, high: 0.4 });
  });

  it("lets one interval that is far wider than the others leave the plot", () => {
    const wide = comparison({ metric: "attend", sequentialLiftInterval: { low: -0.9, high: 30 } });
    const { high } = liftBounds([comparison(), comparison({ variant: "other" }), wide].map(forestRow));
    expect(high).toBeCloseTo(1);
  });

  it("has room where nothing is known", () => {
    const nothing = comparison({
      lift: Number.NaN,
      liftInterval: { low: Number.NaN, high: Number.NaN },
      sequentialLiftInterval: { low: -1, high: Number.POSITIVE_INFINITY },
    });
    const { low, high } = liftBounds([nothing].map(forestRow));
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(liftBounds([])).toEqual({ low: -0.05, high: 0.05 });
  });
});
