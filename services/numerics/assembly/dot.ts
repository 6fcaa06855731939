/**
 * a · b over n numbers, with four sums that are added up last.
 *
 * @param n a multiple of 4
 */
export function dot(a: usize, b: usize, n: u32): f32 {
  let sum = f32x4.splat(0);
  for (const end = a + ((<usize>n) << 2); a < end; a += 16, b += 16) {
    sum = v128.relaxed_madd<f32>(v128.load(a), v128.load(b), sum);
  }
  return sumLanes(sum);
}

/** The four numbers of a vector added up. */
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
