import { kendallTau, overlapAt } from "./rank-agreement.js";

describe("overlapAt()", () => {
  it("is the share of the first k that both have, in whatever order", () => {
    expect(overlapAt(3, [1, 2, 3, 4], [3, 1, 9, 2])).toBeCloseTo(2 / 3);
    expect(overlapAt(3, [1, 2, 3], [3, 2, 1])).toBe(1);
    expect(overlapAt(3, [1, 2, 3], [4, 5, 6, 1])).toBe(0);
  });

  it("is measured on the longer list where both are shorter than k", () => {
    expect(overlapAt(10, [1, 2], [1, 2, 3, 4])).toBe(0.5);
    expect(overlapAt(10, [1, 2], [2, 1])).toBe(1);
    expect(overlapAt(10, [1], [])).toBe(0);
    expect(overlapAt(10, [], [])).toBe(1);
  });
});

describe("kendallTau()", () => {
  it("is 1 for the same order, −1 for the reverse", () => {
    expect(kendallTau([4, 2, 7, 1], [4, 2, 7, 1])).toBe(1);
    expect(kendallTau([4, 2, 7, 1], [1, 7, 2, 4])).toBe(-1);
  });

  it("loses two parts in n(n − 1) for each pair that is turned round", () => {
    expect(kendallTau([1, 2, 3, 4], [2, 1, 3, 4])).toBeCloseTo(1 - 2 / 6);
    expect(kendallTau([1, 2, 3, 4], [2, 1, 4, 3])).toBeCloseTo(1 - 4 / 6);
  });

  it("goes by what is in both lists", () => {
    expect(kendallTau([9, 1, 8, 2, 3], [1, 2, 7, 3])).toBe(1);
  });

  it("is nothing for fewer than two items", () => {
    expect([kendallTau([], []), kendallTau([1, 2], [2, 3]), kendallTau([1], [1])]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
