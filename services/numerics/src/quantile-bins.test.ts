import { binOf, countByBin, quantileEdges } from "./quantile-bins.js";
import { createRandom } from "./random.js";

describe("quantileEdges()", () => {
  it("makes bins that hold as many values each", () => {
    const random = createRandom(3);
    const values = Float64Array.from({ length: 1_600 }, () => Math.log(random()));
    const edges = quantileEdges(values, 16);
    expect(edges).toHaveLength(15);
    expect([...countByBin(edges, values)]).toEqual(new Array(16).fill(100));
  });

  it("gives a value that is most of all a bin of its own, and leaves the smallest a bin below it", () => {
    const edges = quantileEdges(Float64Array.of(0, 0, 0, 0, 0, 0, 3, 1, 2, 0), 5);
    expect([...countByBin(edges, [-1, 0, 0.5, 1, 2, 9])]).toEqual([1, 1, 2, 2]);
  });

  it.each([
    ["one value", [5, 5, 5], [4, 5, 6]],
    ["one value that is 0", [0], [-1e-9, 0, 1e-9]],
    ["a largest value that nearly all have", [1, ...new Array(30).fill(2)], [0.999, 1, 2]],
  ])("tells what is below, within and above where there is %s", (_, values, [low, same, high]) => {
    const edges = quantileEdges(Float64Array.from(values), 10);
    const bins = [low!, same!, high!].map((value) => binOf(edges, value));
    expect(new Set(bins).size).toBe(3);
    expect(bins).toEqual(bins.toSorted());
  });

  it("needs a value", () => {
    expect(() => quantileEdges(new Float64Array(0), 4)).toThrow("no quantiles of nothing");
  });
});

describe("binOf()", () => {
  it("is the number of edges below the value", () => {
    const random = createRandom(5);
    const edges = Float64Array.from({ length: 9 }, random).sort();
    for (const value of [-1, 2, ...edges, ...Array.from({ length: 200 }, random)]) {
      expect(binOf(edges, value)).toBe(edges.filter((edge) => edge < value).length);
    }
  });

  it("puts what is no number into the last bin", () => {
    expect(binOf(Float64Array.of(1, 2), Number.NaN)).toBe(2);
  });
});
