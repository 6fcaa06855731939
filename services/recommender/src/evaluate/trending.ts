import type { Algorithm } from "./algorithm.js";
import { DAY_MS } from "./attendance-split.js";
import { ItemTimes } from "./item-times.js";

/**
 * What others turned to shortly before the question is asked, in days rather than years: interactions of the time
 * before it alone, each worth half as much after every half-life.
 */
export const trending: Algorithm = {
  name: "trending",
  summary: "interactions shortly before the question is asked",
  parameters: { halfLifeDays: { preset: 14, from: 1, to: 365, scale: "log" } },
  async fit({ items, interactions }, { halfLifeDays }) {
    const times = new ItemTimes(items, interactions, halfLifeDays! * DAY_MS);
    return {
      score({ atMs }, candidates, scores) {
        for (let i = 0; i < candidates.length; i++) scores[i] = times.worthBefore(candidates[i]!, atMs);
      },
    };
  },
};
