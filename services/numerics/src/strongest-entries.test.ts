import type { SparseRows } from "./csr.js";
import { strongestEntries } from "./strongest-entries.js";

const matrix = Float32Array.of(0.5, -2, 0, 1, /**/ 0, 0, 0, 0, /**/ 1, -1, 1, -1);

const entries = ({ offsets, lengths, indices, values }: SparseRows) =>
  Array.from(lengths, (length, row) =>
    Array.from({ length }, (_, i) => [indices[offsets[row]! + i], values[offsets[row]! + i]]),
  );

describe("strongestEntries", () => {
  it("keeps what is furthest from zero, on either side, and of equals the first", () => {
    expect(entries(strongestEntries(matrix, 4, 2))).toEqual([
      [
        [1, -2],
        [3, 1],
      ],
      [],
      [
        [0, 1],
        [1, -1],
      ],
    ]);
  });

  it("keeps all but zeros where there is room", () => {
    expect([...strongestEntries(matrix, 4, 9).lengths]).toEqual([3, 0, 4]);
  });

  it("knows a matrix without columns, and lists without room", () => {
    expect(strongestEntries(new Float32Array(0), 0, 3).lengths).toHaveLength(0);
    expect([...strongestEntries(matrix, 4, 0).lengths]).toEqual([0, 0, 0]);
  });

  it("refuses an entry that is no number", () => {
    const call = () => strongestEntries(Float32Array.of(1, 2, 3, Number.NaN), 2, 1);
    expect(call).toThrow(new RangeError("matrix has NaN in row 1, column 1"));
  });
});
