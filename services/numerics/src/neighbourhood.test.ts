import { csrFromTriplets, type SparseRows } from "./csr.js";
import { type Weighting, weightedRows, weightStatistics } from "./interaction-weights.js";
import type { NeighbourOptions } from "./neighbour-search.js";
import { neighbourFinder } from "./neighbour-threads.js";
import { findAllNeighbours, updateNeighbours } from "./neighbourhood.js";
import { createRandom } from "./random.js";

const options: NeighbourOptions = { similarity: "cosine", neighbours: 5, shrinkage: 1 };
const find = neighbourFinder(1);

/** Interactions by row and column, which can be edited. */
type Interactions = Map<number, number>[];

const asSparse = (interactions: Interactions): SparseRows => {
  const triplets = interactions.flatMap((row, r) => [...row].map(([c, value]) => ({ r, c, value })));
  return csrFromTriplets(
    interactions.length,
    Uint32Array.from(triplets, (t) => t.r),
    Uint32Array.from(triplets, (t) => t.c),
    triplets.length,
    Float32Array.from(triplets, (t) => t.value),
  );
};

const randomValue = (random: () => number) => 1 + Math.floor(random() * 3);

function randomInteractions(rows: number, columns: number, random: () => number): Interactions {
  return Array.from({ length: rows }, () => {
    const row = new Map<number, number>();
    for (let c = 0; c < columns; c++) if (random() < 0.15) row.set(c, randomValue(random));
    return row;
  });
}

/** Adds, takes away or changes a few interactions, empties a row, or adds rows and columns. */
function edit(interactions: Interactions, columns: number, random: () => number): Interactions {
  const edited = interactions.map((row) => new Map(row));
  const anyOf = (count: number) => Math.floor(random() * count);
  for (let edits = anyOf(6); edits > 0; edits--) {
    const row = edited[anyOf(edited.length)]!;
    const column = anyOf(columns);
    if (row.has(column) && random() < 0.7) row.delete(column);
    else row.set(column, randomValue(random));
  }
  if (random() < 0.2) edited[anyOf(edited.length)]!.clear();
  if (random() < 0.3) edited.push(...randomInteractions(1 + anyOf(3), columns, random));
  return edited;
}

const columnsOf = (interactions: Interactions) =>
  1 + Math.max(...interactions.flatMap((row) => [...row.keys()]));

describe("updateNeighbours", () => {
  it("equals a full run bit for bit after each of many random edits", async () => {
    const random = createRandom(11);
    let interactions = randomInteractions(50, 30, random);
    let columns = 30;
    let current = await findAllNeighbours(asSparse(interactions), columns, options, find);
    let spared = 0;
    let affected = 0;
    for (let round = 0; round < 150; round++) {
      if (random() < 0.2) columns += 2;
      interactions = edit(interactions, columns, random);
      const matrix = asSparse(interactions);
      const update = await updateNeighbours(current, matrix, columns, find);
      current = await findAllNeighbours(matrix, columns, options, find);
      expect(update.lists).toEqual(current.lists);
      spared += interactions.length - update.changed - update.affected;
      affected += update.affected;
    }
    expect(affected).toBeGreaterThan(100);
    expect(spared).toBeGreaterThan(150 * 35);
  });

  it("can be chained: an update of an update is as good as one", async () => {
    const random = createRandom(12);
    let interactions = randomInteractions(40, 20, random);
    let current = await findAllNeighbours(asSparse(interactions), 20, options, find);
    for (let round = 0; round < 30; round++) {
      interactions = edit(interactions, 20, random);
      current = await updateNeighbours(current, asSparse(interactions), 20, find);
    }
    const all = await findAllNeighbours(asSparse(interactions), 20, options, find);
    expect(current.lists).toEqual(all.lists);
  });

  it("compares with all only the row that changed and those that it left", async () => {
    // 0 to 2 have column 0, 3 to 5 column 1: each has two neighbours.
    const rows: Interactions = [0, 0, 0, 1, 1, 1].map((column) => new Map([[column, 1]]));
    const two = { ...options, neighbours: 2 };
    const former = await findAllNeighbours(asSparse(rows), 2, two, find);
    rows[0] = new Map([[1, 1]]);
    const update = await updateNeighbours(former, asSparse(rows), 2, find);
    expect(update).toMatchObject({ changed: 1, affected: 2 });
    expect(update.lists).toEqual((await findAllNeighbours(asSparse(rows), 2, two, find)).lists);
  });

  it("has nothing to do when nothing changed", async () => {
    const matrix = asSparse(randomInteractions(30, 20, createRandom(13)));
    const former = await findAllNeighbours(matrix, 20, options, find);
    const update = await updateNeighbours(former, { ...matrix, values: matrix.values.slice() }, 20, find);
    expect(update).toMatchObject({ changed: 0, affected: 0, lists: former.lists });
  });

  it("starts from nothing at all", async () => {
    const former = await findAllNeighbours(asSparse([]), 0, options, find);
    const interactions = randomInteractions(20, 10, createRandom(14));
    const update = await updateNeighbours(former, asSparse(interactions), 10, find);
    expect(update.changed).toBe(20);
    expect(update.lists).toEqual((await findAllNeighbours(asSparse(interactions), 10, options, find)).lists);
  });

  it("refuses a matrix that has lost rows", async () => {
    const former = await findAllNeighbours(asSparse([new Map(), new Map()]), 0, options, find);
    await expect(updateNeighbours(former, asSparse([new Map()]), 0, find)).rejects.toThrow(
      new RangeError("matrix has 1 rows, not 2"),
    );
  });

  describe.each<Weighting>([{ kind: "tfidf" }, { kind: "bm25", k1: 1.2, b: 0.75 }])(
    "with weights %j",
    (weighting) => {
      const before = randomInteractions(40, 25, createRandom(15));
      const after = before.map((row, r) => (r === 7 ? new Map([...row, [26, 2]]) : row));
      const statistics = weightStatistics(asSparse(before), 25);
      const weighted = (interactions: Interactions, by = statistics) =>
        weightedRows(asSparse(interactions), weighting, by);

      it("finds anew what changed only, by the statistics of the former matrix", async () => {
        const former = await findAllNeighbours(weighted(before), 25, options, find);
        const update = await updateNeighbours(former, weighted(after), 27, find);
        expect(update.changed).toBe(1);
        expect(update.lists).toEqual((await findAllNeighbours(weighted(after), 27, options, find)).lists);
      });

      it("is right too by new statistics, which move all rows", async () => {
        const grown = [...after, new Map([[3, 1]])];
        const renewed = weightStatistics(asSparse(grown), columnsOf(grown));
        const former = await findAllNeighbours(weighted(before), 25, options, find);
        const update = await updateNeighbours(former, weighted(grown, renewed), 27, find);
        expect(update.changed).toBe(41);
        const all = await findAllNeighbours(weighted(grown, renewed), 27, options, find);
        expect(update.lists).toEqual(all.lists);
      });
    },
  );
});
