import { fisherGreater } from "./fisher-exact.js";
import { mantelHaenszelFewer } from "./mantel-haenszel.js";
import { createRandom } from "./random.js";

const stratum = (successesA: number, trialsA: number, successesB: number, trialsB: number) => ({
  successesA,
  trialsA,
  successesB,
  trialsB,
});

describe("mantelHaenszelFewer()", () => {
  it("is close to the exact test where there is one stratum", () => {
    for (const a of [60, 70, 80, 90]) {
      const exact = fisherGreater(1_000 - a, 1_000, 1_900, 2_000);
      expect(mantelHaenszelFewer([stratum(a, 1_000, 100, 2_000)]).p / exact).toBeGreaterThan(0.8);
      expect(mantelHaenszelFewer([stratum(a, 1_000, 100, 2_000)]).p / exact).toBeLessThan(1.2);
    }
  });

  it("does not take the night for a difference of the groups", () => {
    // Half as many successes at night, and group A was there at night for the most part.
    const day = stratum(20, 200, 400, 4_000);
    const night = stratum(100, 2_000, 20, 400);
    expect(mantelHaenszelFewer([day, night]).p).toBeGreaterThan(0.4);
    expect(mantelHaenszelFewer([stratum(120, 2_200, 420, 4_400)]).p).toBeLessThan(1e-6);
  });

  it("adds up what each stratum alone is too small to say", () => {
    const small = stratum(4, 100, 10, 100);
    expect(mantelHaenszelFewer([small]).p).toBeGreaterThan(0.05);
    expect(mantelHaenszelFewer(Array.from({ length: 10 }, () => small)).p).toBeLessThan(1e-5);
  });

  it("leaves out strata with one group only", () => {
    const both = stratum(10, 100, 20, 100);
    const alone = [stratum(0, 500, 0, 0), stratum(0, 0, 70, 300)];
    expect(mantelHaenszelFewer([both, ...alone])).toEqual(mantelHaenszelFewer([both]));
    expect(mantelHaenszelFewer(alone)).toEqual({ p: 1, expected: 0, observed: 0 });
  });

  it("is as small as a level by chance no more often than that", () => {
    const random = createRandom(11);
    const draw = (trials: number, rate: number) => {
      let successes = 0;
      for (let i = 0; i < trials; i++) if (random() < rate) successes++;
      return successes;
    };
    let below = 0;
    const runs = 2_000;
    for (let run = 0; run < runs; run++) {
      const strata = [0.05, 0.1, 0.2].map((rate) => stratum(draw(150, rate), 150, draw(300, rate), 300));
      if (mantelHaenszelFewer(strata).p <= 0.05) below++;
    }
    // Three standard errors above the level, and not so far below that it would find nothing.
    expect(below / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
    expect(below / runs).toBeGreaterThan(0.03);
  });
});
