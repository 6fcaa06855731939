import { sumLanes } from "./vector";

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
