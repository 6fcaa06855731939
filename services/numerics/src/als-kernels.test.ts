import { alsCholeskyPlain, alsConjugateGradientPlain, alsLossPlain } from "./als-plain.js";
import {
  type AlsHalf,
  alsScratchBytes,
  completeGram,
  confidenceRows,
  paddedFactors,
  pointers,
} from "./als-problem.js";
import { csrFromTriplets } from "./csr.js";
import { KernelMemory } from "./kernel-memory.js";
import { createRandom } from "./random.js";

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly factors: number;
  readonly unobserved: number;
}

/** Below, at and above the sizes at which kernels change their loops: 4 and 8 factors, 32 entries of a row. */
const shapes: readonly Shape[] = [
  { rows: 1, columns: 1, factors: 1, unobserved: 1 },
  { rows: 1, columns: 40, factors: 3, unobserved: 1 },
  { rows: 40, columns: 1, factors: 4, unobserved: 0.1 },
  { rows: 30, columns: 20, factors: 8, unobserved: 0 },
  { rows: 20, columns: 70, factors: 13, unobserved: 0.3 },
  { rows: 25, columns: 200, factors: 64, unobserved: 1 },
];

describe.each(shapes)(
  "over $rows rows, $columns columns and $factors factors, absent entries weighing $unobserved",
  (shape) => {
    it("alsCholesky solves what its plain twin solves", () => {
      const { memory, half, scratch } = randomHalf(shape);
      memory.kernels.alsCholesky(0, shape.rows, scratch, ...pointers(half));
      const solved = half.x.slice();
      alsCholeskyPlain(0, shape.rows, half);
      expectClose(solved, half.x);
    });

    it("alsConjugateGradient takes the steps that its plain twin takes", () => {
      const { memory, half, scratch } = randomHalf(shape);
      const before = half.x.slice();
      memory.kernels.alsConjugateGradient(0, shape.rows, scratch, ...pointers(half), 3);
      const stepped = half.x.slice();
      half.x.set(before);
      alsConjugateGradientPlain(0, shape.rows, half, 3);
      expectClose(stepped, half.x);
    });

    it("alsLoss sums up what its plain twin sums up", () => {
      const { memory, half, scratch } = randomHalf(shape);
      const losses = memory.float64(shape.rows);
      memory.kernels.alsLoss(0, shape.rows, scratch, ...pointers(half), losses.byteOffset);
      const summed = losses.slice();
      alsLossPlain(0, shape.rows, half, losses);
      expectClose(summed, losses);
    });
  },
);

describe("the kernels of implicit ALS", () => {
  const shape = shapes.at(-1)!;

  it("reach with enough steps of conjugate gradient what Cholesky's decomposition gives at once", () => {
    const { memory, half, scratch } = randomHalf(shape);
    memory.kernels.alsCholesky(0, shape.rows, scratch, ...pointers(half));
    const exact = half.x.slice();
    half.x.fill(0.01);
    memory.kernels.alsConjugateGradient(0, shape.rows, scratch, ...pointers(half), 200);
    expectClose(half.x, exact);
  });

  it("leave alone the rows that are not asked for", () => {
    const { memory, half, scratch } = randomHalf(shape);
    const before = half.x.slice();
    memory.kernels.alsCholesky(3, 5, scratch, ...pointers(half));
    memory.kernels.alsConjugateGradient(3, 5, scratch, ...pointers(half), 3);
    const changed = before.map((value, i) => (value === half.x[i] ? 0 : Math.floor(i / half.k)));
    expect([...new Set(changed)]).toEqual([0, 3, 4]);
  });

  it("keep to the scratch that they are given", () => {
    const { memory, half } = randomHalf(shape);
    const bytes = memory.uint8(3 * alsScratchBytes(half.k)).fill(1);
    const scratch = bytes.byteOffset + alsScratchBytes(half.k);
    memory.kernels.alsCholesky(0, shape.rows, scratch, ...pointers(half));
    memory.kernels.alsConjugateGradient(0, shape.rows, scratch, ...pointers(half), 3);
    const third = bytes.length / 3;
    expect(bytes.subarray(0, third).every((byte) => byte === 1)).toBe(true);
    expect(bytes.subarray(2 * third).every((byte) => byte === 1)).toBe(true);
  });

  it("stay finite where the penalty is less than a rounding error of the matrix", () => {
    const { memory, half, scratch } = randomHalf({ ...shape, unobserved: 0 });
    half.ridge.fill(1e-12);
    memory.kernels.alsCholesky(0, shape.rows, scratch, ...pointers(half));
    expect(half.x.every(Number.isFinite)).toBe(true);
  });
});

/** Random confidences of both signs, some rows without any, and random factors on both sides. */
function randomHalf({ rows, columns, factors, unobserved }: Shape) {
  const random = createRandom(rows * columns + factors);
  const memory = new KernelMemory();
  const k = paddedFactors(factors);
  const rowOf: number[] = [];
  const columnOf: number[] = [];
  for (let row = 0; row < rows; row++) {
    const density = row % 5 === 1 ? 0 : random();
    for (let column = 0; column < columns; column++) {
      if (random() < density || rows === 1) {
        rowOf.push(row);
        columnOf.push(column);
      }
    }
  }
  const values = Float32Array.from(rowOf, () => 4 * random() - 1);
  const matrix = csrFromTriplets(
    rows,
    Uint32Array.from(rowOf),
    Uint32Array.from(columnOf),
    rowOf.length,
    values,
  );
  const randomFactors = (count: number) => {
    const array = memory.float32(count * k);
    for (let i = 0; i < array.length; i++) if (i % k < factors) array[i] = random() - 0.5;
    return array;
  };
  const half: AlsHalf = {
    ...confidenceRows(memory, matrix, 2),
    unobserved,
    ridge: memory.float32(rows).fill(0.5),
    gram: memory.float32(k * k),
    y: randomFactors(columns),
    k,
    x: randomFactors(rows),
  };
  memory.kernels.addGram(0, k / 4, 0, half.y.byteOffset, columns, k, half.gram.byteOffset);
  completeGram(half.gram, k, unobserved);
  const scratch = memory.uint8(alsScratchBytes(k)).byteOffset;
  return { memory, half, scratch };
}

/** Equal to four digits of the largest number among them. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  let largest = 0;
  let furthest = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    furthest = Math.max(furthest, Math.abs(expected[i]! - actual[i]!));
  }
  expect(furthest).toBeLessThanOrEqual(1e-4 * largest);
}
