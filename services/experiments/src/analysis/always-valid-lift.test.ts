import { createRandom } from "@craic/numerics/random.js";
import { alwaysValidLift } from "./always-valid-lift.js";
import { momentsOf } from "./samples.js";

describe("alwaysValidLift()", () => {
  it("covers the true lift at all looks together at least as often as it says", () => {
    const random = createRandom(11);
    const rates = [0.2, 0.25] as const;
    const [runs, looks, peopleALook] = [400, 20, 100];
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const conversions: [number, number] = [0, 0];
      let holds = true;
      for (let look = 1; look <= looks; look++) {
        for (const side of [0, 1] as const) {
          for (let i = 0; i < peopleALook; i++) if (random() < rates[side]) conversions[side]++;
        }
        const [control, variant] = conversions.map((count) =>
          momentsOf({ users: look * peopleALook, conversions: count }),
        );
        const { low, high } = alwaysValidLift(control!, variant!, 0.05);
        holds &&= low < 0.25 && 0.25 < high;
      }
      if (holds) covered++;
    }
    // Binomial noise: 0.95 ± 3 standard errors of 0.011 would be 0.917; it is conservative, so more is asked.
    expect(covered / runs).toBeGreaterThan(0.95);
    expect(covered).toBeLessThan(runs);
  });

  it("is at odds with its lift being zero where the difference is plain", () => {
    const [control, variant] = [100, 200].map((conversions) => momentsOf({ users: 1_000, conversions }));
    const { low, high } = alwaysValidLift(control!, variant!, 0.05);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(1);
  });

  it.each([
    [0, 10],
    [10, 0],
  ])("is not a number where %d of the control and %d of the variant did it", (before, after) => {
    const [control, variant] = [before, after].map((conversions) => momentsOf({ users: 100, conversions }));
    expect(alwaysValidLift(control!, variant!, 0.05)).toEqual({ low: Number.NaN, high: Number.NaN });
  });

  it("is from everything lost to no end where nobody differs from anybody", () => {
    const all = momentsOf({ users: 100, conversions: 100 });
    expect(alwaysValidLift(all, all, 0.05)).toEqual({ low: -1, high: Number.POSITIVE_INFINITY });
  });
});
