import { choleskyFactor, choleskySolve } from "./cholesky";
import { addOuterProducts, BLOCK_ROWS } from "./outer-products";
import { addScaled } from "./vector";

/** Ten times the rounding error, relative to its largest number, of a matrix that was summed up and half eliminated. */
const ROUNDING: f32 = 1e-5;

/**
 * Solves rows [begin, end) of x exactly; what is solved, and the arguments, stand in src/als-plain.ts.
 *
 * @param scratch a k × k matrix and 2 · BLOCK_ROWS + 4 rows: alsScratchBytes
 * @param k a multiple of 8
 */
export function alsCholesky(
  begin: u32,
  end: u32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  confidences: usize,
  unobserved: f32,
  ridge: usize,
  gram: usize,
  y: usize,
  k: u32,
  x: usize,
): void {
  const rowBytes = (<usize>k) << 2;
  const a = scratch;
  const block = a + rowBytes * k;
  const b = block + 2 * BLOCK_ROWS * rowBytes;
  for (let row = begin; row < end; row++) {
    const first = load<u32>(offsets + ((<usize>row) << 2));
    const count = load<u32>(offsets + ((<usize>row) << 2), 4) - first;
    const solution = x + <usize>row * rowBytes;
    if (count === 0) {
      memory.fill(solution, 0, rowBytes);
      continue;
    }
    const penalty = load<f32>(ridge + ((<usize>row) << 2));
    memory.copy(a, gram, rowBytes * k);
    for (let i: u32 = 0; i < k; i++) {
      const diagonal = a + <usize>i * (rowBytes + 4);
      store<f32>(diagonal, load<f32>(diagonal) + penalty);
    }
    memory.fill(b, 0, rowBytes);
    addEntries(
      indices + ((<usize>first) << 2),
      confidences + ((<usize>first) << 2),
      count,
      unobserved,
      y,
      k,
      block,
      a,
      b,
    );
    choleskyFactor(a, k, ROUNDING * largestOnDiagonal(a, k));
    choleskySolve(a, k, b, solution);
  }
}

/** Adds what a row's entries bring to the matrix a and to the right-hand side b. */
function addEntries(
  indices: usize,
  confidences: usize,
  count: u32,
  unobserved: f32,
  y: usize,
  k: u32,
  block: usize,
  a: usize,
  b: usize,
): void {
  const rowBytes = (<usize>k) << 2;
  for (let done: u32 = 0; done < count; done += BLOCK_ROWS) {
    const size = min(BLOCK_ROWS, count - done);
    let copy = block;
    let scaled = block + BLOCK_ROWS * rowBytes;
    for (let p = done; p < done + size; p++, copy += rowBytes, scaled += rowBytes) {
      const confidence = load<f32>(confidences + ((<usize>p) << 2));
      const from = y + <usize>load<u32>(indices + ((<usize>p) << 2)) * rowBytes;
      const weight = f32x4.splat(abs(confidence) - unobserved);
      for (let q: usize = 0; q < rowBytes; q += 16) {
        const v = v128.load(from + q);
        v128.store(copy + q, v);
        v128.store(scaled + q, f32x4.mul(weight, v));
      }
      if (confidence > 0) addScaled(confidence, copy, b, k);
    }
    addOuterProducts(block + BLOCK_ROWS * rowBytes, block, size, k, 0, k, a);
  }
}

function largestOnDiagonal(a: usize, k: u32): f32 {
  let largest: f32 = 0;
  for (let i: u32 = 0; i < k; i++) largest = max(largest, load<f32>(a + ((<usize>(i * (k + 1))) << 2)));
  return largest;
}
