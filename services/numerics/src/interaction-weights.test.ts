import { csrFromTriplets, type SparseRows } from "./csr.js";
import { type Weighting, weightedRows, weightStatistics } from "./interaction-weights.js";

const bm25: Weighting = { kind: "bm25", k1: 1.2, b: 0.75 };

/** The entries of a dense matrix that are not zero. */
function sparse(dense: readonly (readonly number[])[]): SparseRows {
  const triplets = dense.flatMap((row, r) =>
    row.map((value, c) => ({ r, c, value })).filter((e) => e.value !== 0),
  );
  return csrFromTriplets(
    dense.length,
    Uint32Array.from(triplets, (t) => t.r),
    Uint32Array.from(triplets, (t) => t.c),
    triplets.length,
    Float32Array.from(triplets, (t) => t.value),
  );
}

const five = sparse([
  [1, 0, 2, 0],
  [0, 3, 1, 0],
  [1, 1, 1, 0],
  [0, 0, 5, 2],
  [2, 0, 0, 0],
]);
const fiveStatistics = weightStatistics(five, 4);

describe("weightedRows", () => {
  // The figures are those of implicit 0.7.2 for the same matrix: tfidf_weight(M) and bm25_weight(M, 1.2, 0.75).
  it.each<[Weighting, number[]]>([
    [{ kind: "counts" }, [1, 2, 3, 1, 1, 1, 1, 5, 2, 2]],
    [{ kind: "tfidf" }, [0.223144, 0, 0.884776, 0, 0.223144, 0.510826, 0, 0, 1.295831, 0.315573]],
    [bm25, [0.244173, 0, 0.793774, 0, 0.244173, 0.558966, 0, 0, 1.018642, 0.353981]],
  ])("gives the figures of implicit for %j", (weighting, expected) => {
    const { values } = weightedRows(five, weighting, fiveStatistics);
    expect(values).toHaveLength(expected.length);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it.each<Weighting>([{ kind: "tfidf" }, bm25])(
    "holds a column that nobody had for the rarest, with %j",
    (w) => {
      const [known, unseen] = weightedRows(sparse([[0, 1, 0, 0, 0, 0, 1]]), w, fiveStatistics).values;
      expect(unseen).toBeGreaterThan(known!);
    },
  );

  it.each<Weighting>([{ kind: "tfidf" }, bm25])(
    "weighs a row alike whatever the others are, with %j",
    (w) => {
      const alone = weightedRows(sparse([[1, 1, 1, 0]]), w, fiveStatistics).values;
      expect(alone).toEqual(weightedRows(five, w, fiveStatistics).values.slice(4, 7));
    },
  );

  it.each<Weighting>([{ kind: "counts" }, { kind: "tfidf" }, bm25])(
    "knows matrices without entries: %j",
    (w) => {
      const statistics = weightStatistics(sparse([]), 0);
      expect(weightedRows(sparse([]), w, statistics).values).toHaveLength(0);
      expect(weightedRows(sparse([[0, 2]]), w, statistics).values.every(Number.isFinite)).toBe(true);
    },
  );

  it.each([Number.NaN, -1, Infinity])("refuses the value %p", (value) => {
    expect(() => weightedRows(sparse([[0], [value]]), bm25, fiveStatistics)).toThrow(
      `matrix has ${value} in row 1`,
    );
  });

  it.each([
    [{ k1: 0, b: 0.5 }, "k1 is 0, not above 0"],
    [{ k1: 1, b: 1.5 }, "b is 1.5, not from 0 to 1"],
    [{ k1: 1, b: Number.NaN }, "b is NaN, not from 0 to 1"],
  ])("refuses %j", (wrong, message) => {
    expect(() => weightedRows(five, { kind: "bm25", ...wrong }, fiveStatistics)).toThrow(message);
  });
});

describe("weightStatistics", () => {
  it("counts rows, entries of each column and the mean of the rows' sums", () => {
    expect(fiveStatistics).toEqual({ rows: 5, columnCounts: Uint32Array.of(3, 2, 4, 1), meanRowSum: 19 / 5 });
  });

  it("refuses a matrix with a value that is no number", () => {
    expect(() => weightStatistics(sparse([[Number.NaN]]), 1)).toThrow("matrix has NaN in row 0, column 0");
  });
});
