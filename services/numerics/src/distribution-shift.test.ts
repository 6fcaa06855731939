import { kolmogorovSmirnov, populationStabilityIndex } from "./distribution-shift.js";
import { createRandom } from "./random.js";

const counts = (random: () => number, bins: number, samples: number) => {
  const found = new Float64Array(bins);
  for (let i = 0; i < samples; i++) found[Math.floor(random() * bins)]! += 1;
  return found;
};

describe("populationStabilityIndex()", () => {
  it("is the sum of (a − e) ln(a / e) over the shares", () => {
    // 2 · 0.3 · ln 2.5 by hand; scipy 1.17: entropy(a, e) + entropy(e, a)
    expect(populationStabilityIndex([50, 30, 20], [2, 3, 5])).toBeCloseTo(0.5497744391244931, 14);
    expect(populationStabilityIndex([10, 20, 30, 25, 15], [12, 18, 25, 20, 25])).toBeCloseTo(
      0.07710945923104291,
      14,
    );
  });

  it("is 0 for the same shares, whatever the counts, and the same in both directions", () => {
    expect(populationStabilityIndex([1, 2, 3], [10, 20, 30])).toBeCloseTo(0, 14);
    const [before, now] = [
      [5, 1, 9],
      [2, 2, 2],
    ] as const;
    expect(populationStabilityIndex(before, now)).toBeCloseTo(populationStabilityIndex(now, before), 14);
  });

  it("stays finite where a bin has become empty, or was", () => {
    // one bin of 10⁻⁴ against 1/2, the other 1 against 1/2
    const byHand = (1 - 0.5) * Math.log(1 / 0.5) + (1e-4 - 0.5) * Math.log(1e-4 / 0.5);
    expect(populationStabilityIndex([1, 1], [7, 0])).toBeCloseTo(byHand, 12);
    expect(populationStabilityIndex([7, 0], [1, 1])).toBeCloseTo(byHand, 12);
  });

  it("is about (bins − 1)(1/n + 1/m) without a shift", () => {
    const random = createRandom(7);
    const found = Array.from({ length: 300 }, () =>
      populationStabilityIndex(counts(random, 10, 2_000), counts(random, 10, 500)),
    );
    const mean = found.reduce((sum, each) => sum + each, 0) / found.length;
    expect(mean).toBeGreaterThan(0.9 * 9 * (1 / 2_000 + 1 / 500));
    expect(mean).toBeLessThan(1.1 * 9 * (1 / 2_000 + 1 / 500));
  });
});

describe("kolmogorovSmirnov()", () => {
  it("is the two-sample statistic where each bin holds one value", () => {
    // scipy 1.17: ks_2samp(a, b).statistic = 0.325
    const a = [0.1, 0.4, 0.7, 0.9, 1.2, 1.9, 2.2, 2.5, 3.1, 4.0];
    const b = [0.5, 0.8, 1.5, 2.4, 2.6, 2.9, 3.3, 3.8];
    const values = [...a, ...b].sort((x, y) => x - y);
    const byValue = (sample: readonly number[]) => values.map((value) => (sample.includes(value) ? 1 : 0));
    expect(kolmogorovSmirnov(byValue(a), byValue(b))).toBeCloseTo(0.325, 14);
    // scipy 1.17: ks_2samp([1]*3 + [2]*5, [1]*6 + [3]*2).statistic = 0.375
    expect(kolmogorovSmirnov([3, 5, 0], [6, 0, 2])).toBeCloseTo(0.375, 14);
  });

  it("is 0 for the same shares and 1 where nothing overlaps", () => {
    expect(kolmogorovSmirnov([2, 4], [1, 2])).toBeCloseTo(0, 14);
    expect(kolmogorovSmirnov([0, 3, 0], [5, 0, 0])).toBe(1);
  });
});

describe("both", () => {
  it.each([
    ["nothing on one side", [0, 0], [1, 2], "a distribution of nothing has no shape"],
    ["other bins", [1, 2, 3], [1, 2], "there are 2 bins now and 3 before"],
    ["a number that is none", [1, Number.NaN], [1, 2], "a distribution of nothing has no shape"],
  ])("refuse %s", (_, expected, actual, message) => {
    expect(() => populationStabilityIndex(expected, actual)).toThrow(message);
    expect(() => kolmogorovSmirnov(expected, actual)).toThrow(message);
  });
});
