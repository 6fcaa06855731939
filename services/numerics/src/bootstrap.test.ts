import { bootstrapIntervals } from "./bootstrap.js";
import { createRandom } from "./random.js";

describe("bootstrapIntervals", () => {
  it("covers the true mean about as often as it says", () => {
    const random = createRandom(7);
    let covered = 0;
    const repetitions = 200;
    for (let r = 0; r < repetitions; r++) {
      const sums = Float64Array.from({ length: 60 }, () => random());
      const counts = new Float64Array(60).fill(1);
      const [interval] = bootstrapIntervals({ sums, counts, figures: 1 }, 200, 0.9, random);
      if (interval!.low <= 0.5 && 0.5 <= interval!.high) covered++;
    }
    expect(covered / repetitions).toBeGreaterThan(0.84);
    expect(covered / repetitions).toBeLessThan(0.95);
  });

  it("is wider where the observations of a group hang together", () => {
    const random = createRandom(3);
    const clustered = { sums: new Float64Array(40), counts: new Float64Array(40).fill(25), figures: 1 };
    const alone = { sums: new Float64Array(1_000), counts: new Float64Array(1_000).fill(1), figures: 1 };
    for (let group = 0; group < 40; group++) {
      const value = random() < 0.5 ? 1 : 0;
      clustered.sums[group] = 25 * value;
      alone.sums.fill(value, group * 25, (group + 1) * 25);
    }
    const width = (observations: typeof alone) => {
      const [{ low, high } = { low: 0, high: 0 }] = bootstrapIntervals(
        observations,
        500,
        0.95,
        createRandom(1),
      );
      return high - low;
    };
    expect(width(clustered)).toBeGreaterThan(3 * width(alone));
  });

  it("weighs groups by how many observations they have", () => {
    // One group with 90 ones, one with 10 zeros: a draw of both is 0.9, one of the first twice 1.
    const observations = { sums: Float64Array.of(90, 0), counts: Float64Array.of(90, 10), figures: 1 };
    const [interval] = bootstrapIntervals(observations, 2_000, 0.3, createRandom(1));
    expect(interval!.low).toBeCloseTo(0.9, 10);
  });

  it("works figures out on the same draws, so that a constant difference has no width", () => {
    const random = createRandom(2);
    const sums = new Float64Array(150);
    for (let group = 0; group < 50; group++) {
      const value = random();
      sums.set([value, value + 0.1, 0.1], group * 3);
    }
    const counts = new Float64Array(50).fill(1);
    const [first, second, difference] = bootstrapIntervals({ sums, counts, figures: 3 }, 200, 0.95, random);
    expect(second!.low - first!.low).toBeCloseTo(0.1, 10);
    expect(second!.high - first!.high).toBeCloseTo(0.1, 10);
    expect(difference!.high - difference!.low).toBeCloseTo(0, 10);
  });

  it("is no number where there is nothing to draw", () => {
    const nothing = { sums: new Float64Array(0), counts: new Float64Array(0), figures: 1 };
    expect(bootstrapIntervals(nothing, 100, 0.95, createRandom(1))).toEqual([{ low: NaN, high: NaN }]);
  });

  it("refuses sums that do not fit the counts, and a confidence that is none", () => {
    const observations = { sums: new Float64Array(3), counts: new Float64Array(2), figures: 1 };
    expect(() => bootstrapIntervals(observations, 10, 0.95, createRandom(1))).toThrow("not 2 × 1");
    const fitting = { ...observations, sums: new Float64Array(2) };
    expect(() => bootstrapIntervals(fitting, 10, 1, createRandom(1))).toThrow("confidence is 1");
  });
});
