import { ListTally } from "./list-metrics.js";

describe("ListTally", () => {
  it("counts the share of all items that any list has", () => {
    const tally = new ListTally(new Uint32Array(4));
    tally.add([0, 1]);
    tally.add([1, 0]);
    expect(tally.coverage).toBe(0.5);
    tally.add([3]);
    expect(tally.coverage).toBe(0.75);
  });

  it("takes the mean self-information of places in bits, with one interaction more for every item", () => {
    // Shares (5 + 1)/8, (1 + 1)/8: 0.415 and 2 bits.
    const tally = new ListTally(Uint32Array.of(5, 1));
    tally.add([0]);
    expect(tally.novelty).toBeCloseTo(Math.log2(8 / 6), 12);
    tally.add([1]);
    expect(tally.novelty).toBeCloseTo((Math.log2(8 / 6) + 2) / 2, 12);
  });

  it("is finite for an item that nobody had, and zero for no lists", () => {
    const tally = new ListTally(Uint32Array.of(100, 0));
    expect(tally.novelty).toBe(0);
    tally.add([1]);
    expect(tally.novelty).toBeCloseTo(Math.log2(102), 12);
  });
});
