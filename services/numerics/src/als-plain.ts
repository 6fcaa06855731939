import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { AlsHalf } from "./als-problem.js";

// What the kernels of implicit ALS are tested against: the same functions of an AlsHalf, written as the formulas
// stand there, in double precision, some fifty times slower.

/** Solves rows [begin, end) of x exactly. */
export function alsCholeskyPlain(begin: number, end: number, half: AlsHalf): void {
  for (let row = begin; row < end; row++) {
    if (half.offsets[row] === half.offsets[row + 1]) setRow(half, row, Matrix.zeros(half.k, 1));
    else setRow(half, row, new CholeskyDecomposition(matrixOf(half, row)).solve(rightHandSide(half, row)));
  }
}

/** Takes rows [begin, end) of x nearer to their solutions by steps of conjugate gradient. */
export function alsConjugateGradientPlain(begin: number, end: number, half: AlsHalf, steps: number): void {
  for (let row = begin; row < end; row++) {
    if (half.offsets[row] === half.offsets[row + 1]) {
      setRow(half, row, Matrix.zeros(half.k, 1));
      continue;
    }
    const a = matrixOf(half, row);
    const x = vectorAt(half.x, half.k, row);
    const residual = Matrix.sub(rightHandSide(half, row), a.mmul(x));
    const direction = residual.clone();
    let squared = residual.dot(residual);
    for (let step = 0; step < steps && squared > 1e-20; step++) {
      const image = a.mmul(direction);
      const length = squared / direction.dot(image);
      x.add(Matrix.mul(direction, length));
      residual.sub(Matrix.mul(image, length));
      const next = residual.dot(residual);
      direction.mul(next / squared).add(residual);
      squared = next;
    }
    setRow(half, row, x);
  }
}

/** What each of rows [begin, end) adds to the loss: over all columns, the absent ones one by one. */
export function alsLossPlain(begin: number, end: number, half: AlsHalf, losses: Float64Array): void {
  const { offsets, indices, confidences, unobserved, ridge, y, k, x } = half;
  for (let row = begin; row < end; row++) {
    const confidenceOf = new Map<number, number>();
    for (let p = offsets[row]!; p < offsets[row + 1]!; p++) confidenceOf.set(indices[p]!, confidences[p]!);
    const user = vectorAt(x, k, row);
    let loss = ridge[row]! * user.dot(user);
    for (let column = 0; column < y.length / k; column++) {
      const c = confidenceOf.get(column);
      const wanted = c !== undefined && c > 0 ? 1 : 0;
      const weight = c === undefined ? unobserved : Math.abs(c);
      loss += weight * (wanted - user.dot(vectorAt(y, k, column))) ** 2;
    }
    losses[row] = loss;
  }
}

/** w₀ YᵀY + Σ (|c| − w₀) y yᵀ + λI */
function matrixOf({ offsets, indices, confidences, unobserved, ridge, y, k }: AlsHalf, row: number): Matrix {
  const all = new Matrix(y.length / k, k);
  for (let column = 0; column < all.rows; column++) {
    all.setRow(column, Array.from(y.subarray(column * k, (column + 1) * k)));
  }
  const a = all.transpose().mmul(all).mul(unobserved).add(Matrix.eye(k).mul(ridge[row]!));
  for (let p = offsets[row]!; p < offsets[row + 1]!; p++) {
    const column = vectorAt(y, k, indices[p]!);
    a.add(column.mmul(column.transpose()).mul(Math.abs(confidences[p]!) - unobserved));
  }
  return a;
}

/** Σ max(c, 0) y */
function rightHandSide({ offsets, indices, confidences, y, k }: AlsHalf, row: number): Matrix {
  const b = Matrix.zeros(k, 1);
  for (let p = offsets[row]!; p < offsets[row + 1]!; p++) {
    b.add(vectorAt(y, k, indices[p]!).mul(Math.max(confidences[p]!, 0)));
  }
  return b;
}

const vectorAt = (matrix: Float32Array, k: number, row: number) =>
  Matrix.columnVector(Array.from(matrix.subarray(row * k, (row + 1) * k)));

function setRow({ x, k }: AlsHalf, row: number, vector: Matrix): void {
  x.set(vector.to1DArray(), row * k);
}
