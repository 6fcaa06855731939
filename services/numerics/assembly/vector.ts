// Vectors here are of four 32-bit floats.

/** The four numbers of a vector added up. */
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** The sums over each of four vectors, as one vector. */
export function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** y += a·x over n numbers, n a multiple of 4. */
export function addScaled(a: f32, x: usize, y: usize, n: u32): void {
  const scale = f32x4.splat(a);
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, y += 16) {
    v128.store(y, v128.relaxed_madd<f32>(scale, v128.load(x), v128.load(y)));
  }
}
