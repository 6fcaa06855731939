import { dot } from "./dot";
import { addScaled, sumsOfLanes } from "./vector";

/** A residual this small, squared, is as good as none. */
const DONE: f32 = 1e-20;

/**
 * Takes rows [begin, end) of x nearer to their solutions by steps of conjugate gradient, starting from what they
 * are; what is solved, and the arguments, stand in src/als-plain.ts. Scratch: 3k numbers.
 *
 * @param k a multiple of 8
 */
export function alsConjugateGradient(
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
  steps: u32,
): void {
  const rowBytes = (<usize>k) << 2;
  const r = scratch; // the residual b − Ax
  const p = r + rowBytes; // the direction
  const ap = p + rowBytes; // A times the direction
  for (let row = begin; row < end; row++) {
    const first = load<u32>(offsets + ((<usize>row) << 2));
    const count = load<u32>(offsets + ((<usize>row) << 2), 4) - first;
    const solution = x + <usize>row * rowBytes;
    if (count === 0) {
      memory.fill(solution, 0, rowBytes);
      continue;
    }
    const columns = indices + ((<usize>first) << 2);
    const weights = confidences + ((<usize>first) << 2);
    const penalty = load<f32>(ridge + ((<usize>row) << 2));
    gramTimes(gram, penalty, solution, k, -1, r);
    addEntryTerms(columns, weights, count, unobserved, y, k, solution, -1, 1, r);
    memory.copy(p, r, rowBytes);
    let squared = dot(r, r, k);
    for (let step: u32 = 0; step < steps && squared > DONE; step++) {
      gramTimes(gram, penalty, p, k, 1, ap);
      addEntryTerms(columns, weights, count, unobserved, y, k, p, 1, 0, ap);
      const length = squared / dot(p, ap, k);
      addScaled(length, p, solution, k);
      addScaled(-length, ap, r, k);
      const next = dot(r, r, k);
      const turn = f32x4.splat(next / squared);
      for (let q: usize = 0; q < rowBytes; q += 16) {
        v128.store(p + q, v128.relaxed_madd<f32>(turn, v128.load(p + q), v128.load(r + q)));
      }
      squared = next;
    }
  }
}

/** out = sign·(gram + ridge·I)·v, for a symmetric k × k matrix; four of its rows at a time. */
function gramTimes(gram: usize, ridge: f32, v: usize, k: u32, sign: f32, out: usize): void {
  const rowBytes = (<usize>k) << 2;
  const signs = f32x4.splat(sign);
  const ridges = f32x4.splat(ridge);
  for (let i: usize = 0; i < rowBytes; i += 16, gram += 4 * rowBytes) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let q: usize = 0; q < rowBytes; q += 16) {
      const at = gram + q;
      const part = v128.load(v + q);
      s0 = v128.relaxed_madd<f32>(v128.load(at), part, s0);
      s1 = v128.relaxed_madd<f32>(v128.load(at + rowBytes), part, s1);
      s2 = v128.relaxed_madd<f32>(v128.load(at + 2 * rowBytes), part, s2);
      s3 = v128.relaxed_madd<f32>(v128.load(at + 3 * rowBytes), part, s3);
    }
    const product = v128.relaxed_madd<f32>(ridges, v128.load(v + i), sumsOfLanes(s0, s1, s2, s3));
    v128.store(out + i, f32x4.mul(signs, product));
  }
}

/**
 * Adds Σ (sign·(|c| − unobserved)·(y·v) + target·max(c, 0))·y over a row's entries to out: with sign 1 and target 0
 * what they add to A v, with sign −1 and target 1 what they add to b − A v.
 */
function addEntryTerms(
  indices: usize,
  confidences: usize,
  count: u32,
  unobserved: f32,
  y: usize,
  k: u32,
  v: usize,
  sign: f32,
  target: f32,
  out: usize,
): void {
  const rowBytes = (<usize>k) << 2;
  const signs = f32x4.splat(sign);
  const targets = f32x4.splat(target);
  const absent = f32x4.splat(unobserved);
  const zero = f32x4.splat(0);
  let p: u32 = 0;
  for (; p + 4 <= count; p += 4, indices += 16, confidences += 16) {
    const y0 = y + <usize>load<u32>(indices) * rowBytes;
    const y1 = y + <usize>load<u32>(indices, 4) * rowBytes;
    const y2 = y + <usize>load<u32>(indices, 8) * rowBytes;
    const y3 = y + <usize>load<u32>(indices, 12) * rowBytes;
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    let t0 = zero;
    let t1 = zero;
    let t2 = zero;
    let t3 = zero;
    for (let q: usize = 0; q < rowBytes; q += 32) {
      const v0 = v128.load(v + q);
      s0 = v128.relaxed_madd<f32>(v128.load(y0 + q), v0, s0);
      s1 = v128.relaxed_madd<f32>(v128.load(y1 + q), v0, s1);
      s2 = v128.relaxed_madd<f32>(v128.load(y2 + q), v0, s2);
      s3 = v128.relaxed_madd<f32>(v128.load(y3 + q), v0, s3);
      const v1 = v128.load(v + q, 16);
      t0 = v128.relaxed_madd<f32>(v128.load(y0 + q, 16), v1, t0);
      t1 = v128.relaxed_madd<f32>(v128.load(y1 + q, 16), v1, t1);
      t2 = v128.relaxed_madd<f32>(v128.load(y2 + q, 16), v1, t2);
      t3 = v128.relaxed_madd<f32>(v128.load(y3 + q, 16), v1, t3);
    }
    const products = sumsOfLanes(f32x4.add(s0, t0), f32x4.add(s1, t1), f32x4.add(s2, t2), f32x4.add(s3, t3));
    const c = v128.load(confidences);
    const weights = f32x4.mul(signs, f32x4.sub(f32x4.abs(c), absent));
    const scales = v128.relaxed_madd<f32>(weights, products, f32x4.mul(targets, f32x4.max(c, zero)));
    const c0 = v128.shuffle<f32>(scales, scales, 0, 0, 0, 0);
    const c1 = v128.shuffle<f32>(scales, scales, 1, 1, 1, 1);
    const c2 = v128.shuffle<f32>(scales, scales, 2, 2, 2, 2);
    const c3 = v128.shuffle<f32>(scales, scales, 3, 3, 3, 3);
    for (let q: usize = 0; q < rowBytes; q += 16) {
      let sum = v128.relaxed_madd<f32>(c0, v128.load(y0 + q), v128.load(out + q));
      sum = v128.relaxed_madd<f32>(c1, v128.load(y1 + q), sum);
      sum = v128.relaxed_madd<f32>(c2, v128.load(y2 + q), sum);
      v128.store(out + q, v128.relaxed_madd<f32>(c3, v128.load(y3 + q), sum));
    }
  }
  for (; p < count; p++, indices += 4, confidences += 4) {
    const from = y + <usize>load<u32>(indices) * rowBytes;
    const c = load<f32>(confidences);
    addScaled(sign * (abs(c) - unobserved) * dot(from, v, k) + target * max(c, 0), from, out, k);
  }
}
