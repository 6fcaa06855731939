import { csrFromTriplets, type SparseRows } from "./csr.js";
import { transposedRows } from "./transposed-rows.js";

const matrix = csrFromTriplets(
  3,
  Uint32Array.of(0, 0, 2, 2, 1),
  Uint32Array.of(3, 0, 0, 1, 0),
  5,
  Float32Array.of(1, 2, 3, 4, 5),
);

const entries = ({ offsets, lengths, indices, values }: SparseRows) =>
  Array.from(lengths, (length, row) =>
    Array.from({ length }, (_, i) => [indices[offsets[row]! + i], values[offsets[row]! + i]]),
  );

describe("transposedRows", () => {
  it("lists the rows of each column in ascending order", () => {
    expect(entries(transposedRows(matrix, 4))).toEqual([
      [
        [0, 2],
        [1, 5],
        [2, 3],
      ],
      [[2, 4]],
      [],
      [[0, 1]],
    ]);
  });

  it("takes in the rows that are asked for only", () => {
    expect(entries(transposedRows(matrix, 4, Uint32Array.of(1, 2)))).toEqual([
      [
        [1, 5],
        [2, 3],
      ],
      [[2, 4]],
      [],
      [],
    ]);
  });

  it("sorts each row by column when it is done twice", () => {
    expect(entries(transposedRows(transposedRows(matrix, 4), 3))).toEqual([
      [
        [0, 2],
        [3, 1],
      ],
      [[0, 5]],
      [
        [0, 3],
        [1, 4],
      ],
    ]);
  });

  it("is without rows when the matrix is without columns", () => {
    expect(entries(transposedRows(csrFromTriplets(2, new Uint32Array(0), new Uint32Array(0), 0), 0))).toEqual(
      [],
    );
  });
});
