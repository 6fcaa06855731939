import { dot } from "./dot";
import { offer, rankKey, takeList, worstScore } from "./ranked-list";

// The k vectors of a table whose dot product with x is largest. Where vectors lie is given as four addresses (and
// laid out by ../src/vector-index.ts): of
//
//   the vectors, y; row-major, single precision
//   codes, ŷ/scale as whole numbers from −127 to 127; as many bytes as y has numbers
//   terms, for every four vectors 16 numbers: four scales, four 64·Σ codes, four a, four b
//   marks, 1 for each that may not be found, 0 for the others
//
// With x̂ = xScale·(xCodes − 64) and codes that err by ‖y − ŷ‖ and ‖x − x̂‖,
//
//     x·y ≤ x̂·ŷ + ‖x‖·a + ‖x − x̂‖·b      a = ‖y − ŷ‖ and what rounding may add; b = ‖ŷ‖
//
// by the inequality of Cauchy and Schwarz: x·y − x̂·ŷ = x·(y − ŷ) + (x − x̂)·ŷ. Only vectors for which that is not below
// the worst of the list are looked at themselves, so the result is exact and a quarter of the memory is read.

/**
 * Finds the best of all vectors.
 *
 * @param table the four addresses
 * @param count of vectors
 * @param width numbers in a vector, a multiple of 16, at most 1,024
 * @param x single precision
 * @param xCodes whole numbers from 1 to 127, a byte each: 64 stands for 0
 * @param xScale what one of them is worth
 * @param xNorm ‖x‖
 * @param xError ‖x − x̂‖
 * @param k ≥ 1
 * @param list room for k keys and 16 bytes
 * @param ids room for k
 * @param scores likewise
 * @return how many were found
 */
export function searchVectors(
  table: usize,
  count: u32,
  width: u32,
  x: usize,
  xCodes: usize,
  xScale: f32,
  xNorm: f32,
  xError: f32,
  k: u32,
  list: usize,
  ids: usize,
  scores: usize,
): u32 {
  let codes = load<usize>(table, 4);
  let terms = load<usize>(table, 8);
  const bounds = list + ((<usize>k) << 3);
  const xScales = f32x4.splat(xScale);
  const norms = f32x4.splat(xNorm);
  const errors = f32x4.splat(xError);
  let floor = f32x4.splat(-Infinity);
  let size: u32 = 0;
  for (let id: u32 = 0; id < count; id += 4, codes += 4 * <usize>width, terms += 64) {
    const sums = i32x4.sub(codeProducts(xCodes, codes, width), v128.load(terms, 16));
    const product = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(sums), v128.load(terms)), xScales);
    const withA = v128.relaxed_madd<f32>(norms, v128.load(terms, 32), product);
    const bound = v128.relaxed_madd<f32>(errors, v128.load(terms, 48), withA);
    if (!v128.any_true(f32x4.ge(bound, floor))) continue;
    v128.store(bounds, bound);
    for (let i: u32 = 0; i < min(4, count - id); i++) {
      if (size === k && load<f32>(bounds + ((<usize>i) << 2)) < worstScore(list)) continue;
      size = offerVector(table, width, x, id + i, k, list, size);
    }
    if (size === k) floor = f32x4.splat(worstScore(list));
  }
  takeList(list, size, ids, scores);
  return size;
}

/**
 * Finds the best of some vectors.
 *
 * @param candidates their numbers, none twice
 * @param count how many
 */
export function searchSomeVectors(
  table: usize,
  candidates: usize,
  count: u32,
  width: u32,
  x: usize,
  k: u32,
  list: usize,
  ids: usize,
  scores: usize,
): u32 {
  let size: u32 = 0;
  for (const end = candidates + ((<usize>count) << 2); candidates < end; candidates += 4) {
    size = offerVector(table, width, x, load<u32>(candidates), k, list, size);
  }
  takeList(list, size, ids, scores);
  return size;
}

function offerVector(table: usize, width: u32, x: usize, id: u32, k: u32, list: usize, size: u32): u32 {
  if (load<u8>(load<usize>(table, 12) + id) !== 0) return size;
  const y = load<usize>(table) + ((<usize>id * width) << 2);
  return offer(list, size, k, rankKey(id, dot(x, y, width)));
}

/** The sums of products of x's codes with those of four vectors. */
function codeProducts(x: usize, codes: usize, width: u32): v128 {
  const bytes = <usize>width;
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  // Pairs of products add up to at most 2·127², so that the 16 bits which the machine may use for them are enough.
  for (const end = x + bytes; x < end; x += 16, codes += 16) {
    const v = v128.load(x);
    a = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(codes), v, a);
    b = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(codes + bytes), v, b);
    c = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(codes + 2 * bytes), v, c);
    d = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(codes + 3 * bytes), v, d);
  }
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}
