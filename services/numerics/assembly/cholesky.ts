import { dot } from "./dot";
import { addScaled } from "./vector";

/**
 * Replaces the upper triangle of a symmetric positive definite matrix by U, where UᵀU = A. What is left of the
 * diagonal is neither read nor of use afterwards. Four rows of U are made at a time and taken from all rows below.
 *
 * @param a n × n, row-major, n a multiple of 4
 * @param negligible a pivot below it is a rounding error, of a row that those above it determine; U has a row of
 *   the identity there, since dividing by such a pivot would make each later row wrong by more than the last
 */
export function choleskyFactor(a: usize, n: u32, negligible: f32): void {
  const rowBytes = (<usize>n) << 2;
  for (let j: u32 = 0; j < n; j += 4) {
    const u = a + <usize>j * rowBytes;
    factorFourRows(u, n, j, negligible);
    for (let i = j + 4; i < n; i++) {
      const scales = u + ((<usize>i) << 2);
      const s0 = v128.load32_splat(scales);
      const s1 = v128.load32_splat(scales + rowBytes);
      const s2 = v128.load32_splat(scales + 2 * rowBytes);
      const s3 = v128.load32_splat(scales + 3 * rowBytes);
      const first = (<usize>(i & ~3)) << 2;
      let u0 = u + first;
      const row = a + <usize>i * rowBytes;
      for (let p = row + first; p < row + rowBytes; p += 16, u0 += 16) {
        let v = v128.relaxed_nmadd<f32>(s0, v128.load(u0), v128.load(p));
        v = v128.relaxed_nmadd<f32>(s1, v128.load(u0 + rowBytes), v);
        v = v128.relaxed_nmadd<f32>(s2, v128.load(u0 + 2 * rowBytes), v);
        v128.store(p, v128.relaxed_nmadd<f32>(s3, v128.load(u0 + 3 * rowBytes), v));
      }
    }
  }
}

/** Makes rows j to j + 3 of U, from which those of all rows above have been taken. */
function factorFourRows(u: usize, n: u32, j: u32, negligible: f32): void {
  const rowBytes = (<usize>n) << 2;
  const length = n - j;
  let row = u + ((<usize>j) << 2);
  for (let p: u32 = 0; p < 4; p++, row += rowBytes) {
    const diagonal = row + ((<usize>p) << 2);
    const pivot = load<f32>(diagonal);
    const scale = f32x4.splat(pivot > negligible ? 1 / sqrt<f32>(pivot) : 0);
    for (let q = row; q < row + ((<usize>length) << 2); q += 16) {
      v128.store(q, f32x4.mul(scale, v128.load(q)));
    }
    if (!(pivot > negligible)) store<f32>(diagonal, 1);
    for (let q: u32 = p + 1; q < 4; q++) {
      addScaled(-load<f32>(row + ((<usize>q) << 2)), row, row + <usize>(q - p) * rowBytes, length);
    }
  }
}

/**
 * Solves UᵀU x = b for U of choleskyFactor.
 *
 * @param b n numbers, used up
 * @param x n numbers
 */
export function choleskySolve(u: usize, n: u32, b: usize, x: usize): void {
  const rowBytes = (<usize>n) << 2;
  // Uᵀz = b from the first to the last; z lies in x. Writes into b before i as well, where it has been read.
  for (let i: u32 = 0; i < n; i++) {
    const row = u + <usize>i * rowBytes;
    const z = load<f32>(b + ((<usize>i) << 2)) / load<f32>(row + ((<usize>i) << 2));
    store<f32>(x + ((<usize>i) << 2), z);
    const first = (<usize>(i & ~3)) << 2;
    addScaled(-z, row + first, b + first, n - (i & ~3));
  }
  // Ux = z from the last to the first. b holds what is solved, and zeros before, which meet what U has left of
  // its diagonal.
  memory.fill(b, 0, rowBytes);
  for (let i = <i32>n - 1; i >= 0; i--) {
    const row = u + <usize>i * rowBytes;
    const at = (<usize>i) << 2;
    const first = (<usize>(i & ~3)) << 2;
    const known = dot(row + first, b + first, n - (i & ~3));
    const solved = (load<f32>(x + at) - known) / load<f32>(row + at);
    store<f32>(b + at, solved);
    store<f32>(x + at, solved);
  }
}
