import { lossPValue } from "./paired-loss.js";
import { createRandom } from "./random.js";

/** Sum of twelve uniform numbers less six: about normal, with mean 0 and variance 1. */
function normal(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}

const groupsOf = (groups: number, each: (g: number) => number) =>
  Float64Array.from({ length: groups }, (_, g) => each(g));
const ones = (groups: number) => new Float64Array(groups).fill(1);

describe("lossPValue()", () => {
  it("is that of the normal test where there are many groups of one", () => {
    const random = createRandom(1);
    const noise = groupsOf(200, () => normal(random));
    const mean = noise.reduce((a, b) => a + b) / 200;
    const spread = Math.sqrt(noise.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 200);
    // Moved and scaled so that the mean is so many standard errors below 0; the expected p-values are Φ(−z).
    for (const [z, expected] of [
      [0, 0.5],
      [1, 0.1587],
      [1.645, 0.05],
      [2.326, 0.01],
    ] as const) {
      const sums = noise.map((x) => (x - mean) / spread - z / Math.sqrt(200));
      expect(Math.abs(lossPValue(sums, ones(200), 2_000, random) - expected)).toBeLessThan(0.03);
    }
  });

  it("is seldom small when the candidate is in truth as good", () => {
    const random = createRandom(2);
    let alarms = 0;
    for (let trial = 0; trial < 300; trial++) {
      const sums = groupsOf(60, () => normal(random));
      if (lossPValue(sums, ones(60), 200, random) <= 0.05) alarms++;
    }
    expect(alarms / 300).toBeGreaterThan(0.02);
    expect(alarms / 300).toBeLessThan(0.08);
  });

  it("draws whole groups: what one group says over and over is one voice", () => {
    const random = createRandom(3);
    const perGroup = groupsOf(20, () => normal(random) - 0.1);
    const once = lossPValue(perGroup, ones(20), 1_000, createRandom(7));
    const manyTimes = lossPValue(
      perGroup.map((d) => 64 * d),
      ones(20).fill(64),
      1_000,
      createRandom(7),
    );
    const asManyVoices = Float64Array.from({ length: 1_280 }, (_, i) => perGroup[i % 20]!);
    expect(once).toBeGreaterThan(0.02);
    expect(manyTimes).toBe(once);
    expect(lossPValue(asManyVoices, ones(1_280), 1_000, random)).toBeLessThan(0.01);
  });

  it("weighs groups by their observations", () => {
    const random = createRandom(4);
    // Thirty people lose a little once each; ten gain a little, but a hundred times each.
    const sums = groupsOf(40, (g) => (g < 30 ? -0.1 : 10) * (1 + 0.1 * normal(random)));
    const counts = groupsOf(40, (g) => (g < 30 ? 1 : 100));
    expect(lossPValue(sums, counts, 2_000, random)).toBeGreaterThan(0.3);
  });

  it("is 1 where nothing differs, or nothing was seen, and never 0", () => {
    const random = createRandom(5);
    expect(lossPValue(new Float64Array(50), ones(50), 99, random)).toBe(1);
    expect(lossPValue(new Float64Array(0), new Float64Array(0), 99, random)).toBe(1);
    expect(
      lossPValue(
        groupsOf(50, (g) => -1 - g / 1e3),
        ones(50),
        99,
        random,
      ),
    ).toBe(0.01);
  });

  it("refuses sums without their counts", () => {
    expect(() => lossPValue(ones(2), ones(3), 9, Math.random)).toThrow(RangeError);
  });
});
