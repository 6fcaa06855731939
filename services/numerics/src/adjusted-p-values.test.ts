import { benjaminiHochbergAdjusted, holmAdjusted } from "./adjusted-p-values.js";

describe("holmAdjusted()", () => {
  const refutedAt = (level: number, pValues: number[]) => holmAdjusted(pValues).map((p) => p <= level);

  it("asks more of the smallest p-value than of the next", () => {
    expect(refutedAt(0.05, [0.03, 0.01, 0.02])).toEqual([true, true, true]);
    expect(refutedAt(0.05, [0.03, 0.017, 0.02])).toEqual([false, false, false]);
    expect(refutedAt(0.05, [0.9, 0.016, 0.026])).toEqual([false, true, false]);
    expect(refutedAt(0.05, [0.9, 0.016, 0.025])).toEqual([false, true, true]);
  });

  it("refutes nothing behind the first that stands, however small its own bound would allow", () => {
    expect(refutedAt(0.05, [0.01, 0.03, 0.04, 0.05])).toEqual([true, false, false, false]);
  });

  it("leaves one hypothesis as it is, and none to nothing", () => {
    expect(holmAdjusted([0.05])).toEqual([0.05]);
    expect(holmAdjusted([])).toEqual([]);
  });
});

describe("benjaminiHochbergAdjusted()", () => {
  it("is what SciPy 1.17's false_discovery_control gives", () => {
    const adjusted = benjaminiHochbergAdjusted([0.01, 0.2, 0.03, 0.02]);
    for (const [i, expected] of [0.04, 0.2, 0.04, 0.04].entries())
      expect(adjusted[i]).toBeCloseTo(expected, 12);
  });
});
