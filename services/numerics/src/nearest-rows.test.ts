import { Matrix } from "ml-matrix";
import { csrFromTriplets } from "./csr.js";
import { NearestRows } from "./nearest-rows.js";
import { createRandom } from "./random.js";

const unlimited = { neighbours: 1_000, rowsPerColumn: 1_000_000 };

/** The inverted index and the norms of a dense matrix. */
function sparse(matrix: Matrix) {
  const rowOf: number[] = [];
  const columnOf: number[] = [];
  const entryValues: number[] = [];
  matrix.to2DArray().forEach((row, u) => {
    row.forEach((value, j) => {
      if (value === 0) return;
      rowOf.push(u);
      columnOf.push(j);
      entryValues.push(value);
    });
  });
  const byColumn = csrFromTriplets(
    matrix.columns,
    Uint32Array.from(columnOf),
    Uint32Array.from(rowOf),
    rowOf.length,
    Float32Array.from(entryValues),
  );
  const squaredNorms = Float64Array.from(matrix.to2DArray(), (row) => row.reduce((s, v) => s + v * v, 0));
  return { byColumn, squaredNorms };
}

const queryOf = (matrix: Matrix, row: number) => {
  const columns = [...Array(matrix.columns).keys()].filter((j) => matrix.get(row, j) !== 0);
  return { row, columns, values: columns.map((j) => matrix.get(row, j)), count: columns.length };
};

function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const random = createRandom(seed);
  return Matrix.zeros(rows, columns).apply(function (this: Matrix, i, j) {
    if (random() < 0.2) this.set(i, j, random() < 0.5 ? 1 : 0.25);
  });
}

describe("NearestRows", () => {
  it.each([0, 2])("agrees with the formula written out, with a shrinkage of %i", (shrinkage) => {
    const matrix = randomMatrix(60, 25, 1);
    const { byColumn, squaredNorms } = sparse(matrix);
    const gram = matrix.mmul(matrix.transpose());
    const search = new NearestRows();
    for (let u = 0; u < matrix.rows; u++) {
      const found = search.search(queryOf(matrix, u), byColumn, squaredNorms, shrinkage, unlimited);
      const expected = [...Array(matrix.rows).keys()]
        .filter((v) => v !== u && gram.get(u, v) > 0)
        .map((v) => ({
          v,
          sim: gram.get(u, v) / (Math.sqrt(gram.get(u, u) * gram.get(v, v)) + shrinkage),
        }))
        .sort((a, b) => b.sim - a.sim);
      expect(found.rows).toHaveLength(expected.length);
      found.similarities.forEach((similarity, i) => {
        expect(similarity).toBeCloseTo(expected[i]!.sim, 12);
      });
    }
  });

  it("is symmetric: u is as near to v as v is to u", () => {
    const matrix = randomMatrix(20, 10, 4);
    const { byColumn, squaredNorms } = sparse(matrix);
    const search = new NearestRows();
    const similarity = (u: number, v: number) => {
      const found = search.search(queryOf(matrix, u), byColumn, squaredNorms, 1, unlimited);
      return found.similarities[found.rows.indexOf(v)] ?? 0;
    };
    for (let u = 0; u < 20; u++) {
      for (let v = 0; v < u; v++) expect(similarity(u, v)).toBeCloseTo(similarity(v, u), 12);
    }
  });

  it("finds nobody for an empty row", () => {
    const matrix = randomMatrix(5, 5, 9);
    const { byColumn, squaredNorms } = sparse(matrix);
    const empty = { row: -1, columns: [], values: [], count: 0 };
    expect(new NearestRows().search(empty, byColumn, squaredNorms, 0, unlimited).rows).toHaveLength(0);
  });

  it("passes over columns that nobody has had yet", () => {
    const { byColumn, squaredNorms } = sparse(new Matrix([[1], [1]]));
    const query = { row: -1, columns: [0, 77], values: [1, 1], count: 2 };
    expect([...new NearestRows().search(query, byColumn, squaredNorms, 0, unlimited).rows]).toEqual([0, 1]);
  });

  it("looks at the last rows of a long column only, and keeps the nearest only", () => {
    const { byColumn, squaredNorms } = sparse(new Matrix([[1], [1], [1], [1]]));
    const query = { row: 3, columns: [0], values: [1], count: 1 };
    const found = (limits: { neighbours: number; rowsPerColumn: number }) => [
      ...new NearestRows().search(query, byColumn, squaredNorms, 0, limits).rows,
    ];
    expect(found({ neighbours: 10, rowsPerColumn: 3 })).toEqual([1, 2]);
    expect(found({ neighbours: 1, rowsPerColumn: 10 })).toEqual([0]);
  });
});
