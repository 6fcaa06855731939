/**
 * sums += Σ_i x_i · (row i of a matrix), over the rows that x names.
 *
 * @param indices rows, `count` of them
 * @param values x_i, likewise
 * @param matrix row-major, n columns
 * @param sums n numbers
 */
export function addDenseRows(
  indices: usize,
  values: usize,
  count: u32,
  matrix: usize,
  n: u32,
  sums: usize,
): void {
  const rowBytes = (<usize>n) << 2;
  // Two rows at a time: the sums are loaded and stored half as often.
  let i: usize = 0;
  for (const end = (<usize>(count & ~1)) << 2; i < end; i += 8) {
    const a = matrix + <usize>load<u32>(indices + i) * rowBytes;
    const b = matrix + <usize>load<u32>(indices + i, 4) * rowBytes;
    addTwo(load<f32>(values + i), a, load<f32>(values + i, 4), b, sums, rowBytes);
  }
  if ((count & 1) !== 0) {
    const a = matrix + <usize>load<u32>(indices + i) * rowBytes;
    addTwo(load<f32>(values + i), a, 0, a, sums, rowBytes);
  }
}

function addTwo(x: f32, a: usize, y: f32, b: usize, sums: usize, bytes: usize): void {
  const xs = f32x4.splat(x);
  const ys = f32x4.splat(y);
  const end = sums + bytes;
  for (; sums + 16 <= end; sums += 16, a += 16, b += 16) {
    const withX = v128.relaxed_madd<f32>(xs, v128.load(a), v128.load(sums));
    v128.store(sums, v128.relaxed_madd<f32>(ys, v128.load(b), withX));
  }
  for (; sums < end; sums += 4, a += 4, b += 4) {
    store<f32>(sums, load<f32>(sums) + x * load<f32>(a) + y * load<f32>(b));
  }
}
