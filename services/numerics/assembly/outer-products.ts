/** Rows that are added at once: they and their scaled copies stay in the first level cache. */
export const BLOCK_ROWS: u32 = 32;

/**
 * Adds Σ w_r y_rᵀ over `count` rows to the rows [firstRow, endRow) of a, on and right of the diagonal; left of it,
 * within blocks of eight, a becomes anything. Works on tiles of 4 × 8 sums that stay in registers.
 *
 * @param w count × n, row-major; a row is y's, scaled
 * @param y count × n
 * @param n a multiple of 8, as are firstRow's and endRow's of 4
 * @param a n × n
 */
export function addOuterProducts(
  w: usize,
  y: usize,
  count: u32,
  n: u32,
  firstRow: u32,
  endRow: u32,
  a: usize,
): void {
  const rowBytes = (<usize>n) << 2;
  const bytes = <usize>count * rowBytes;
  for (let i = firstRow; i < endRow; i += 4) {
    const wTile = w + ((<usize>i) << 2);
    for (let j = i & ~7; j < n; j += 8) {
      const a0 = a + <usize>i * rowBytes + ((<usize>j) << 2);
      const a1 = a0 + rowBytes;
      const a2 = a1 + rowBytes;
      const a3 = a2 + rowBytes;
      let s00 = v128.load(a0);
      let s01 = v128.load(a0, 16);
      let s10 = v128.load(a1);
      let s11 = v128.load(a1, 16);
      let s20 = v128.load(a2);
      let s21 = v128.load(a2, 16);
      let s30 = v128.load(a3);
      let s31 = v128.load(a3, 16);
      let wRow = wTile;
      let yRow = y + ((<usize>j) << 2);
      for (const end = wRow + bytes; wRow < end; wRow += rowBytes, yRow += rowBytes) {
        const y0 = v128.load(yRow);
        const y1 = v128.load(yRow, 16);
        const w0 = v128.load32_splat(wRow);
        s00 = v128.relaxed_madd<f32>(w0, y0, s00);
        s01 = v128.relaxed_madd<f32>(w0, y1, s01);
        const w1 = v128.load32_splat(wRow, 4);
        s10 = v128.relaxed_madd<f32>(w1, y0, s10);
        s11 = v128.relaxed_madd<f32>(w1, y1, s11);
        const w2 = v128.load32_splat(wRow, 8);
        s20 = v128.relaxed_madd<f32>(w2, y0, s20);
        s21 = v128.relaxed_madd<f32>(w2, y1, s21);
        const w3 = v128.load32_splat(wRow, 12);
        s30 = v128.relaxed_madd<f32>(w3, y0, s30);
        s31 = v128.relaxed_madd<f32>(w3, y1, s31);
      }
      v128.store(a0, s00);
      v128.store(a0, s01, 16);
      v128.store(a1, s10);
      v128.store(a1, s11, 16);
      v128.store(a2, s20);
      v128.store(a2, s21, 16);
      v128.store(a3, s30);
      v128.store(a3, s31, 16);
    }
  }
}
