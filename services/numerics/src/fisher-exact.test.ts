import { fisherGreater } from "./fisher-exact.js";

/** Counts by going through every way to give the successes to the trials. */
function byCounting(a: number, trialsA: number, b: number, trialsB: number): number {
  const trials = trialsA + trialsB;
  let ways = 0;
  let asMany = 0;
  for (let chosen = 0; chosen < 2 ** trials; chosen++) {
    const bits = Array.from({ length: trials }, (_, i) => (chosen >> i) & 1);
    if (bits.reduce((sum, bit) => sum + bit, 0) !== a + b) continue;
    ways++;
    if (bits.slice(0, trialsA).reduce((sum, bit) => sum + bit, 0) >= a) asMany++;
  }
  return asMany / ways;
}

describe("fisherGreater()", () => {
  it("is what counting all possibilities gives", () => {
    for (const [trialsA, trialsB] of [
      [4, 4],
      [3, 7],
      [6, 2],
    ] as const) {
      for (let a = 0; a <= trialsA; a++) {
        for (let b = 0; b <= trialsB; b++) {
          expect(fisherGreater(a, trialsA, b, trialsB)).toBeCloseTo(byCounting(a, trialsA, b, trialsB), 12);
        }
      }
    }
  });

  it("does not take one failure after ten thousand answers without any for proof", () => {
    expect(fisherGreater(1, 200, 0, 10_000)).toBeCloseTo(200 / 10_200, 12);
  });

  it("keeps its digits in a far tail and with large numbers", () => {
    expect(fisherGreater(10, 10, 0, 10)).toBeCloseTo(1 / 184_756, 15);
    // Far more than by chance, and every fewer success makes it likelier.
    let previous = 0;
    for (let a = 2_600; a >= 2_000; a -= 50) {
      const p = fisherGreater(a, 40_000, 50_000, 1_000_000);
      expect(p).toBeGreaterThan(previous);
      previous = p;
    }
    expect(previous).toBeCloseTo(0.5, 1);
  });

  it("says nothing where there is nothing to compare with", () => {
    expect([fisherGreater(5, 10, 0, 0), fisherGreater(0, 0, 5, 10)]).toEqual([1, 1]);
  });

  it.each([
    [3, 2, 0, 1],
    [0, 1, -1, 1],
    [Number.NaN, 1, 0, 1],
  ])("refuses what are no counts: %d of %d and %d of %d", (...counts) => {
    expect(() => fisherGreater(...counts)).toThrow(RangeError);
  });
});
