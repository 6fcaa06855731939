// A symmetric matrix in tiles of 64 × 64 numbers, row-major, of which those on and below the diagonal are kept: tile
// (i, j), j ≤ i, is number i(i + 1)/2 + j. A multiplication of two tiles works in the fast cache.

/** Rows of a tile, and columns. */
export const TILE: u32 = 64;
export const TILE_BYTES: usize = 4 * 64 * 64;
export const TILE_ROW_BYTES: usize = 4 * 64;

/** Where tile (i, j) lies, j ≤ i. */
export function tileAt(tiles: usize, i: u32, j: u32): usize {
  return tiles + <usize>((i * (i + 1)) / 2 + j) * TILE_BYTES;
}

/** c −= a·b, all tiles. Four rows by eight columns of c at a time stay in registers. */
export function subtractProduct(c: usize, a: usize, b: usize): void {
  for (let column: usize = 0; column < TILE_ROW_BYTES; column += 32) {
    for (let row: usize = 0; row < TILE_BYTES; row += 4 * TILE_ROW_BYTES) {
      subtractBlock(c + row + column, a + row, b + column);
    }
  }
}

function subtractBlock(c: usize, a: usize, b: usize): void {
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(c, 256);
  let c11 = v128.load(c, 272);
  let c20 = v128.load(c, 512);
  let c21 = v128.load(c, 528);
  let c30 = v128.load(c, 768);
  let c31 = v128.load(c, 784);
  for (const end = a + TILE_ROW_BYTES; a < end; a += 4, b += TILE_ROW_BYTES) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = v128.relaxed_nmadd<f32>(a0, b0, c00);
    c01 = v128.relaxed_nmadd<f32>(a0, b1, c01);
    const a1 = v128.load32_splat(a, 256);
    c10 = v128.relaxed_nmadd<f32>(a1, b0, c10);
    c11 = v128.relaxed_nmadd<f32>(a1, b1, c11);
    const a2 = v128.load32_splat(a, 512);
    c20 = v128.relaxed_nmadd<f32>(a2, b0, c20);
    c21 = v128.relaxed_nmadd<f32>(a2, b1, c21);
    const a3 = v128.load32_splat(a, 768);
    c30 = v128.relaxed_nmadd<f32>(a3, b0, c30);
    c31 = v128.relaxed_nmadd<f32>(a3, b1, c31);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c10, 256);
  v128.store(c, c11, 272);
  v128.store(c, c20, 512);
  v128.store(c, c21, 528);
  v128.store(c, c30, 768);
  v128.store(c, c31, 784);
}

/** to = fromᵀ, four by four. */
export function transposeTile(from: usize, to: usize): void {
  for (let i: usize = 0; i < TILE; i += 4) {
    for (let j: usize = 0; j < TILE; j += 4) {
      const p = from + i * TILE_ROW_BYTES + (j << 2);
      const q = to + j * TILE_ROW_BYTES + (i << 2);
      const a = v128.load(p);
      const b = v128.load(p, 256);
      const c = v128.load(p, 512);
      const d = v128.load(p, 768);
      const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(q, v128.shuffle<f64>(ab01, cd01, 0, 2));
      v128.store(q, v128.shuffle<f64>(ab01, cd01, 1, 3), 256);
      v128.store(q, v128.shuffle<f64>(ab23, cd23, 0, 2), 512);
      v128.store(q, v128.shuffle<f64>(ab23, cd23, 1, 3), 768);
    }
  }
}
