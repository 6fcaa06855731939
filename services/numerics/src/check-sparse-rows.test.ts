import { checkSparseRows } from "./check-sparse-rows.js";
import { csrFromTriplets } from "./csr.js";

const matrix = (rowOf: number[], columnOf: number[], values: number[]) =>
  csrFromTriplets(
    3,
    Uint32Array.from(rowOf),
    Uint32Array.from(columnOf),
    rowOf.length,
    Float32Array.from(values),
  );

describe("checkSparseRows", () => {
  it("lets a matrix pass, and one without rows or entries", () => {
    expect(() => checkSparseRows("m", matrix([0, 0, 2], [1, 0, 1], [1, -2, 0]), 2)).not.toThrow();
    expect(() => checkSparseRows("m", matrix([], [], []), 0)).not.toThrow();
  });

  it.each([
    ["a value that is no number", matrix([2], [1], [Number.NaN]), "seen has NaN in row 2, column 1"],
    ["a value without bounds", matrix([0], [0], [-Infinity]), "seen has -Infinity in row 0, column 0"],
    ["a column out of range", matrix([1], [2], [1]), "seen has column 2 of 2 in row 1"],
    ["a column that comes twice", matrix([1, 1], [0, 0], [1, 1]), "seen has column 0 twice in row 1"],
    [
      "too few entries",
      { ...matrix([2], [0], [1]), values: new Float32Array(0) },
      "seen ends before its row 2 does",
    ],
    [
      "too few offsets",
      { ...matrix([], [], []), offsets: new Uint32Array(1) },
      "seen has 1 offsets for 3 rows",
    ],
  ])("refuses %s, by the matrix's name", (_, wrong, message) => {
    expect(() => checkSparseRows("seen", wrong, 2)).toThrow(new RangeError(message));
  });
});
