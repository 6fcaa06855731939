import { csrFromTriplets, type SparseRows } from "./csr.js";
import { createRandom } from "./random.js";

const entriesOf = ({ offsets, lengths, indices, values }: SparseRows, row: number) => {
  const begin = offsets[row]!;
  const end = begin + lengths[row]!;
  return [...indices.subarray(begin, end)].map((column, i) => [column, values[begin + i]]);
};

describe("csrFromTriplets()", () => {
  it("puts every entry into its row, in the order given", () => {
    const random = createRandom(5);
    const triplets = Array.from({ length: 200 }, (_, i) => ({
      row: Math.floor(random() * 12),
      column: Math.floor(random() * 30),
      value: i,
    }));
    const matrix = csrFromTriplets(
      12,
      Uint32Array.from(triplets, ({ row }) => row),
      Uint32Array.from(triplets, ({ column }) => column),
      triplets.length,
      Float32Array.from(triplets, ({ value }) => value),
    );
    for (let row = 0; row < 12; row++) {
      const expected = triplets.filter((t) => t.row === row).map(({ column, value }) => [column, value]);
      expect(entriesOf(matrix, row)).toEqual(expected);
    }
  });

  it("gives every entry the value 1 when none are given, and leaves empty rows empty", () => {
    const matrix = csrFromTriplets(3, Uint32Array.of(2, 0), Uint32Array.of(7, 8), 2);
    expect([0, 1, 2].map((row) => entriesOf(matrix, row))).toEqual([[[8, 1]], [], [[7, 1]]]);
  });

  it("takes only the first `count` triplets, so that longer scratch arrays may be passed", () => {
    const matrix = csrFromTriplets(2, Uint32Array.of(1, 9), Uint32Array.of(4, 4), 1);
    expect(entriesOf(matrix, 1)).toEqual([[4, 1]]);
  });

  it("has no rows for an empty matrix", () => {
    expect(csrFromTriplets(0, new Uint32Array(0), new Uint32Array(0), 0).offsets).toHaveLength(0);
  });

  it("refuses a row that does not exist", () => {
    expect(() => csrFromTriplets(2, Uint32Array.of(2), Uint32Array.of(0), 1)).toThrow(RangeError);
  });
});
