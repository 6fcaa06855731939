import { csrFromTriplets, type SparseRows } from "./csr.js";
import { RankedLists } from "./ranked-lists.js";

/** Rows of [id, score] pairs. */
function rowsOf(...lists: [number, number][][]): SparseRows {
  const triplets = lists.flatMap((list, row) => list.map(([id, score]) => ({ row, id, score })));
  return csrFromTriplets(
    lists.length,
    Uint32Array.from(triplets, (t) => t.row),
    Uint32Array.from(triplets, (t) => t.id),
    triplets.length,
    Float32Array.from(triplets, (t) => t.score),
  );
}

const pairs = ({ offsets, lengths, indices, values }: SparseRows, row: number) =>
  Array.from({ length: lengths[row]! }, (_, i) => [indices[offsets[row]! + i], values[offsets[row]! + i]]);

const none = new Uint8Array(10);

describe("RankedLists", () => {
  it("packs lists in their order, whichever was written first", () => {
    const lists = new RankedLists(3, 4);
    const rows = rowsOf(
      [[7, 0.5]],
      [
        [1, 3],
        [2, 2],
      ],
    );
    lists.set(2, rows, 0);
    lists.set(0, rows, 1);
    const packed = lists.packed();
    expect([0, 1, 2].map((row) => pairs(packed, row))).toEqual([
      [
        [1, 3],
        [2, 2],
      ],
      [],
      [[7, 0.5]],
    ]);
    expect(packed.indices).toHaveLength(3);
  });

  it("merges two rows best first, the smaller id first where scores are equal", () => {
    const lists = new RankedLists(1, 4);
    const a = rowsOf([
      [5, 3],
      [9, 2],
      [3, 1],
    ]);
    const b = rowsOf(
      [],
      [
        [2, 3],
        [8, 2],
        [4, 0.5],
      ],
    );
    lists.merge(0, a, 0, none, b, 1);
    expect(pairs(lists.packed(), 0)).toEqual([
      [2, 3],
      [5, 3],
      [8, 2],
      [9, 2],
    ]);
  });

  it("leaves out of the first row what does not count", () => {
    const lists = new RankedLists(1, 3);
    const isLeftOut = Uint8Array.of(0, 1, 0, 1, 0);
    lists.merge(
      0,
      rowsOf([
        [1, 9],
        [2, 5],
        [3, 4],
      ]),
      0,
      isLeftOut,
      rowsOf([[1, 2]]),
      0,
    );
    expect(pairs(lists.packed(), 0)).toEqual([
      [2, 5],
      [1, 2],
    ]);
  });

  it.each<[string, [number, number][], boolean]>([
    [
      "a better score",
      [
        [1, 9],
        [7, 3],
      ],
      true,
    ],
    [
      "the same score and id",
      [
        [1, 9],
        [5, 2],
      ],
      true,
    ],
    [
      "the same score and a smaller id",
      [
        [1, 9],
        [4, 2],
      ],
      true,
    ],
    [
      "the same score and a larger id",
      [
        [1, 9],
        [6, 2],
      ],
      false,
    ],
    [
      "a worse score",
      [
        [1, 9],
        [4, 1],
      ],
      false,
    ],
    ["nothing in its last place", [[1, 9]], false],
  ])("knows whether a list with %s in the end is as good as a row", (_, list, isAsGood) => {
    const lists = new RankedLists(1, 2);
    lists.set(0, rowsOf(list), 0);
    expect(
      lists.isAsGood(
        0,
        rowsOf([
          [0, 8],
          [5, 2],
        ]),
        0,
      ),
    ).toBe(isAsGood);
  });
});
