import { Accumulator } from "./accumulator.js";
import { csrFromTriplets } from "./csr.js";
import { addRowProduct, rowProduct } from "./row-product.js";

// Row 0: 0.5 at column 1, 0.25 at 3; row 1: nothing; row 2: 1 at column 1.
const matrix = csrFromTriplets(
  3,
  Uint32Array.of(0, 0, 2),
  Uint32Array.of(1, 3, 1),
  3,
  Float32Array.of(0.5, 0.25, 1),
);

function product(indices: number[], values: number[]) {
  const sums = new Accumulator();
  addRowProduct({ indices, values }, matrix, 4, sums);
  return Array.from(sums.values.subarray(0, 4));
}

describe("addRowProduct", () => {
  it("adds the rows up, each as often as its value says", () => {
    expect(product([0, 2], [2, 3])).toEqual([0, 4, 0, 0.5]);
  });

  it("adds to what is there, and tells what it touched", () => {
    const sums = new Accumulator();
    for (const row of [0, 2]) addRowProduct({ indices: [row], values: [1] }, matrix, 4, sums);
    expect(Array.from(sums.touched.subarray(0, sums.count))).toEqual([1, 3]);
    expect(sums.values[1]).toBe(1.5);
  });

  it("passes over rows that the matrix has never seen, and knows empty ones", () => {
    expect(product([1, 99], [5, 5])).toEqual([0, 0, 0, 0]);
    expect(product([], [])).toEqual([0, 0, 0, 0]);
  });

  it.each([Number.NaN, 0, -1, Infinity])("refuses the value %p", (value) => {
    expect(() => product([2], [value])).toThrow(new RangeError(`x has ${value} at 2, not a number above 0`));
  });
});

describe("rowProduct", () => {
  it("adds up rows of any sign in full, passing over rows that the matrix has never seen", () => {
    expect([...rowProduct({ indices: [0, 2, 99], values: [-2, 3, 1] }, matrix, 5)]).toEqual([
      0, 2, 0, -0.5, 0,
    ]);
    expect([...rowProduct({ indices: [], values: [] }, matrix, 2)]).toEqual([0, 0]);
  });

  it("refuses a value that is no number", () => {
    const call = () => rowProduct({ indices: [1], values: [Number.NaN] }, matrix, 4);
    expect(call).toThrow(new RangeError("x has NaN at 1"));
  });
});
