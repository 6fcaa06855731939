import { createRandom } from "./random.js";
import { hitRate, ndcg, type RankingMetric, recall, reciprocalRank } from "./ranking-metrics.js";

const metrics: [string, RankingMetric][] = Object.entries({ hitRate, recall, reciprocalRank, ndcg });

describe("ranking metrics", () => {
  it.each(metrics)("%s is 1 for a perfect list and 0 for a list without anything relevant", (_, metric) => {
    expect(metric([1, 2, 3], 3)).toBeCloseTo(1, 12);
    expect(metric([11, 40], 10)).toBe(0);
    expect(metric([Number.POSITIVE_INFINITY], 10)).toBe(0);
  });

  it.each(metrics)("%s is 0 when nothing is relevant", (_, metric) => {
    expect(metric([], 10)).toBe(0);
  });

  it.each(metrics)("%s never falls when a relevant item moves up, and stays within 0 and 1", (_, metric) => {
    const random = createRandom(6);
    for (let trial = 0; trial < 300; trial++) {
      const others = [2, 5, 9, 30].filter(() => random() < 0.5);
      const rank = 40 + Math.floor(random() * 10);
      const better = [1, 4, 7, 12][Math.floor(random() * 4)]!;
      const before = metric([...others, rank], 10);
      const after = metric([...others, better], 10);
      expect(after).toBeGreaterThanOrEqual(before);
      expect(after).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it("hitRate counts the last place and not the one after", () => {
    expect([hitRate([10], 10), hitRate([11], 10)]).toEqual([1, 0]);
  });

  it("recall is the share found", () => {
    expect(recall([1, 4, 12, 90], 10)).toBe(0.5);
  });

  it("reciprocalRank looks at the first only", () => {
    expect(reciprocalRank([8, 4], 10)).toBe(0.25);
  });

  it("ndcg follows the formula", () => {
    const gain = 1 / Math.log2(3) + 1 / Math.log2(6);
    const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
    expect(ndcg([2, 5, 20], 10)).toBeCloseTo(gain / ideal, 12);
  });

  it("ndcg can reach 1 when there are more relevant items than places", () => {
    expect(ndcg([1, 2, 3, 4], 2)).toBeCloseTo(1, 12);
  });
});
