import { normalUpperTail } from "./normal.js";

describe("normalUpperTail()", () => {
  // Half of erfc(z/√2), as the C library has it.
  it.each([
    [0, 0.5],
    [1, 0.158655253931457],
    [1.959963984540054, 0.025],
    [2.999, 0.0013543365337271066],
    [3.001, 0.0013454728250849683],
    [5, 2.866515718791939e-7],
    [8, 6.220960574271786e-16],
    [20, 2.7536241186062337e-89],
  ])("is right at %d", (z, tail) => {
    expect(normalUpperTail(z) / tail).toBeCloseTo(1, 9);
  });

  it("adds up to one with its mirror image", () => {
    for (let z = 0; z < 6; z += 0.37) expect(normalUpperTail(z) + normalUpperTail(-z)).toBeCloseTo(1, 14);
  });

  it("falls all the way, across the change of formula too", () => {
    for (let z = -4; z < 6; z += 0.01) expect(normalUpperTail(z + 0.01)).toBeLessThan(normalUpperTail(z));
  });
});
