import { Matrix } from "ml-matrix";
import { csrFromTriplets, type SparseRows } from "./csr.js";
import { type FindNeighbours, type NeighbourOptions, neighbourSearch } from "./neighbour-search.js";
import { neighbourFinder } from "./neighbour-threads.js";
import { findNeighboursPlain } from "./neighbours-plain.js";
import { createRandom } from "./random.js";

const cosine: NeighbourOptions = { similarity: "cosine", neighbours: 10, shrinkage: 0 };

/** A matrix where some columns are far more frequent than others, with a few values, so that there are ties. */
function randomRows(rows: number, columns: number, density: number, seed: number): SparseRows {
  const random = createRandom(seed);
  const entries: { row: number; column: number; value: number }[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = 1 + Math.floor(random() * 2);
      if (random() < density / (1 + column / 10)) entries.push({ row, column, value });
    }
  }
  return csrFromTriplets(
    rows,
    Uint32Array.from(entries, (e) => e.row),
    Uint32Array.from(entries, (e) => e.column),
    entries.length,
    Float32Array.from(entries, (e) => e.value),
  );
}

const empty = (rows: number) => csrFromTriplets(rows, new Uint32Array(0), new Uint32Array(0), 0);

function dense({ offsets, lengths, indices, values }: SparseRows, columns: number): Matrix {
  const matrix = Matrix.zeros(lengths.length, columns);
  for (const [row, length] of lengths.entries()) {
    for (let p = offsets[row]!; p < offsets[row]! + length; p++) matrix.set(row, indices[p]!, values[p]!);
  }
  return matrix;
}

const entriesOf = ({ offsets, lengths, indices, values }: SparseRows, row: number) =>
  Array.from({ length: lengths[row]! }, (_, i) => ({
    id: indices[offsets[row]! + i]!,
    similarity: values[offsets[row]! + i]!,
  }));

describe.each<[string, FindNeighbours]>([
  ["findNeighboursPlain", findNeighboursPlain],
  ["neighbourFinder", neighbourFinder(2)],
])("%s", (_, find) => {
  it.each<NeighbourOptions>([
    cosine,
    { similarity: "cosine", neighbours: 100, shrinkage: 3 },
    { similarity: "dot", neighbours: 5, shrinkage: 0 },
  ])("agrees with the formula written out: %j", async (options) => {
    const matrix = randomRows(60, 25, 0.4, 1);
    const lists = await find(neighbourSearch(matrix, 25, options));
    const gram = dense(matrix, 25).mmul(dense(matrix, 25).transpose());
    const scale = (u: number) => (options.similarity === "dot" ? 1 : Math.sqrt(gram.get(u, u)));
    for (let u = 0; u < 60; u++) {
      const expected = [...Array(60).keys()]
        .map((v) => ({ id: v, similarity: gram.get(u, v) / (scale(u) * scale(v) + options.shrinkage) }))
        .filter(({ id, similarity }) => id !== u && similarity > 0)
        .sort((a, b) => Math.fround(b.similarity) - Math.fround(a.similarity) || a.id - b.id)
        .slice(0, options.neighbours);
      const found = entriesOf(lists, u);
      expect(found).toHaveLength(expected.length);
      for (const [i, { similarity }] of expected.entries())
        expect(found[i]!.similarity).toBeCloseTo(similarity, 6);
    }
  });

  it("puts the smaller id first where similarities are equal, and keeps it where only one fits", async () => {
    const same = csrFromTriplets(4, Uint32Array.of(3, 2, 1, 0), new Uint32Array(4), 4);
    const all = await find(neighbourSearch(same, 1, cosine));
    expect(entriesOf(all, 2).map(({ id }) => id)).toEqual([0, 1, 3]);
    const one = await find(neighbourSearch(same, 1, { ...cosine, neighbours: 1 }));
    expect([...one.indices]).toEqual([1, 0, 0, 0]);
  });

  it("finds the neighbours of the rows that are asked for only, in the order asked", async () => {
    const matrix = randomRows(40, 20, 0.5, 2);
    const all = await find(neighbourSearch(matrix, 20, cosine));
    const some = await find(neighbourSearch(matrix, 20, cosine, Uint32Array.of(31, 4)));
    expect(some.lengths).toHaveLength(2);
    expect(entriesOf(some, 0)).toEqual(entriesOf(all, 31));
    expect(entriesOf(some, 1)).toEqual(entriesOf(all, 4));
  });

  it.each([
    ["no rows", empty(0), 3],
    ["no columns", empty(3), 0],
    ["no entries", empty(3), 3],
    ["one row", randomRows(1, 9, 0.9, 3), 9],
    ["one column, in one row", csrFromTriplets(2, Uint32Array.of(1), Uint32Array.of(0), 1), 1],
    [
      "all entries in one row",
      csrFromTriplets(5, new Uint32Array(4).fill(2), Uint32Array.of(0, 1, 2, 3), 4),
      4,
    ],
  ])("finds nobody where there are %s", async (_case, matrix, columns) => {
    const lists = await find(neighbourSearch(matrix, columns, cosine));
    expect([...lists.lengths]).toEqual([...matrix.lengths].map(() => 0));
  });
});

describe("neighbourFinder", () => {
  it.each([
    ["few entries, of which the rows that are met are noted", 700, 900, 0.05],
    ["many entries, of which all rows are looked at", 300, 40, 0.8],
    ["work enough for threads", 330, 2_000, 8],
  ])("gives the bits of its plain twin with %s", async (_, rows, columns, density) => {
    const matrix = randomRows(rows, columns, density, 4);
    for (const options of [cosine, { ...cosine, shrinkage: 2.5, neighbours: 33 }]) {
      const search = neighbourSearch(matrix, columns, options);
      expect(await neighbourFinder(2)(search)).toEqual(await findNeighboursPlain(search));
    }
  });

  it.each([0.05, 0.8])(
    "gives them too where all entries have the same value, with a density of %d",
    async (density) => {
      const matrix = randomRows(300, 200, density, 7);
      const search = neighbourSearch({ ...matrix, values: matrix.values.fill(1.5) }, 200, cosine);
      expect(await neighbourFinder(1)(search)).toEqual(await findNeighboursPlain(search));
    },
  );

  it("counts a row once whose products cancel out on the way", async () => {
    const rowOf = Uint32Array.of(0, 0, 0, 1, 1, 1);
    const columnOf = Uint32Array.of(0, 1, 2, 0, 1, 2);
    const matrix = csrFromTriplets(30, rowOf, columnOf, 6, Float32Array.of(1, 1, 1, 1, -1, 1));
    const lists = await neighbourFinder(1)(neighbourSearch(matrix, 3, cosine));
    expect([...lists.lengths.subarray(0, 2)]).toEqual([1, 1]);
  });

  it("finds more lists than it has room for at a time", async () => {
    const rows = 40_000;
    const pairs = csrFromTriplets(rows, Uint32Array.from(Array(rows).keys()), halves(rows), rows);
    const lists = await neighbourFinder(1)(neighbourSearch(pairs, rows / 2, { ...cosine, neighbours: 2 }));
    expect(lists.indices.every((id, row) => id === (row ^ 1))).toBe(true);
    expect(lists.indices).toHaveLength(rows);
  });

  it("gives up when the caller does", async () => {
    const search = neighbourSearch(randomRows(330, 2_000, 8, 5), 2_000, cosine);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(neighbourFinder(2, signal)(search)).rejects.toThrow("too late");
  });
});

/** 0, 0, 1, 1, 2, 2 … */
const halves = (length: number) => Uint32Array.from({ length }, (_, i) => i >> 1);

describe("neighbourSearch", () => {
  it.each<[string, Partial<NeighbourOptions>, Uint32Array, string]>([
    ["no neighbours", { neighbours: 0 }, new Uint32Array(0), "neighbours is 0, not a whole number from 1"],
    ["shrinkage below zero", { shrinkage: -1 }, new Uint32Array(0), "shrinkage is -1, not a number from 0"],
    [
      "shrinkage that is no number",
      { shrinkage: NaN },
      new Uint32Array(0),
      "shrinkage is NaN, not a number from 0",
    ],
    ["rows that it does not know", {}, Uint32Array.of(3, 8), "queries has row 8 of 5"],
  ])("refuses %s", (_, options, queries, message) => {
    const call = () => neighbourSearch(randomRows(5, 5, 0.5, 6), 5, { ...cosine, ...options }, queries);
    expect(call).toThrow(new RangeError(message));
  });

  it("refuses a matrix with a value that is no number", () => {
    const matrix = csrFromTriplets(2, Uint32Array.of(1), Uint32Array.of(3), 1, Float32Array.of(NaN));
    expect(() => neighbourSearch(matrix, 5, cosine)).toThrow("matrix has NaN in row 1, column 3");
  });
});
