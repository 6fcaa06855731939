import { dot } from "./dot";

/**
 * What each of rows [begin, end) of x adds to the loss, in losses; the formula stands in src/als-plain.ts.
 *
 * @param losses 64-bit floats, one per row
 */
export function alsLoss(
  begin: u32,
  end: u32,
  _scratch: usize,
  offsets: usize,
  indices: usize,
  confidences: usize,
  unobserved: f32,
  ridge: usize,
  gram: usize,
  y: usize,
  k: u32,
  x: usize,
  losses: usize,
): void {
  const rowBytes = (<usize>k) << 2;
  for (let row = begin; row < end; row++) {
    const v = x + <usize>row * rowBytes;
    let loss = <f64>load<f32>(ridge + ((<usize>row) << 2)) * dot(v, v, k);
    for (let i: u32 = 0; i < k; i++) {
      loss += <f64>load<f32>(v + ((<usize>i) << 2)) * dot(gram + <usize>i * rowBytes, v, k);
    }
    const last = load<u32>(offsets + ((<usize>row) << 2), 4);
    for (let p = load<u32>(offsets + ((<usize>row) << 2)); p < last; p++) {
      const c = <f64>load<f32>(confidences + ((<usize>p) << 2));
      const score = <f64>dot(y + <usize>load<u32>(indices + ((<usize>p) << 2)) * rowBytes, v, k);
      const missing = (c > 0 ? 1 : 0) - score;
      loss += abs(c) * missing * missing - unobserved * score * score;
    }
    store<f64>(losses + ((<usize>row) << 3), loss);
  }
}
