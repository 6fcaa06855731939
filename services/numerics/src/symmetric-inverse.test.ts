import { inverse, Matrix } from "ml-matrix";
import { KernelMemory } from "./kernel-memory.js";
import { KernelThreads } from "./kernel-threads.js";
import { createRandom } from "./random.js";
import { negateAndInvert, SWEEP_SCRATCH_BYTES } from "./symmetric-inverse.js";
import { SymmetricTiles } from "./symmetric-tiles.js";

/** MᵀM + ridge for a random M. */
function positiveDefinite(n: number, ridge: number): Matrix {
  const random = createRandom(n);
  const m = Matrix.zeros(n, n).apply(function (this: Matrix, i, j) {
    this.set(i, j, random() < 0.2 ? random() - 0.3 : 0);
  });
  return m.transpose().mmul(m).add(Matrix.eye(n).mul(ridge));
}

async function negativeInverse(matrix: Matrix, threadCount: number): Promise<Matrix> {
  const memory = new KernelMemory();
  const tiles = new SymmetricTiles(memory, matrix.rows);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j <= i; j++) tiles.set(i, j, matrix.get(i, j));
  }
  const threads = new KernelThreads(memory, threadCount, SWEEP_SCRATCH_BYTES);
  try {
    await negateAndInvert(tiles, memory, threads);
  } finally {
    await threads.close();
  }
  return Matrix.zeros(matrix.rows, matrix.rows).apply(function (this: Matrix, i, j) {
    this.set(i, j, tiles.get(i, j));
  });
}

describe("negateAndInvert", () => {
  it.each([1, 2, 63, 64, 65, 128, 200])("agrees with ml-matrix for %i rows", async (n) => {
    const matrix = positiveDefinite(n, 1);
    const found = await negativeInverse(matrix, 2);
    const expected = inverse(matrix).mul(-1);
    expect(Matrix.sub(found, expected).norm("frobenius") / expected.norm("frobenius")).toBeLessThan(1e-5);
  });

  it("gives a matrix that undoes the other", async () => {
    const matrix = positiveDefinite(150, 0.5);
    const product = matrix.mmul(await negativeInverse(matrix, 1));
    expect(Matrix.add(product, Matrix.eye(150)).abs().max()).toBeLessThan(1e-4);
  });

  it("gives the same bits with any number of threads", async () => {
    const matrix = positiveDefinite(200, 1);
    expect(await negativeInverse(matrix, 3)).toEqual(await negativeInverse(matrix, 1));
  });

  it("does nothing to a matrix without rows", async () => {
    expect((await negativeInverse(Matrix.zeros(0, 0), 1)).rows).toBe(0);
  });

  it.each([
    ["a singular one", Matrix.ones(70, 70)],
    ["one that is not definite", Matrix.sub(positiveDefinite(70, 1), Matrix.eye(70).mul(9))],
    ["one with a value that is no number", Matrix.eye(70).set(66, 66, Number.NaN)],
  ])("refuses %s", async (_, matrix) => {
    await expect(negativeInverse(matrix, 1)).rejects.toThrow("not positive definite");
  });
});
