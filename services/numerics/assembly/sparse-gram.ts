import { addRowProducts } from "./sparse-products";
import { TILE, TILE_BYTES, TILE_ROW_BYTES, tileAt } from "./symmetric-tiles";

/**
 * Writes XᵀX into symmetric tiles (symmetric-tiles.ts), for the blocks of rows from begin to end. The sums are in
 * double precision.
 *
 * @param scratch a number in double precision for each column of X, in whole blocks of 64; comes and goes as zeros
 * @param byColumn Xᵀ, sparse rows
 * @param matrix X, sparse rows
 * @param columns how many X has
 */
export function sparseGram(
  begin: u32,
  end: u32,
  scratch: usize,
  byColumn: usize,
  matrix: usize,
  columns: u32,
  tiles: usize,
): void {
  for (let block = begin; block < end; block++) {
    const bytes = (<usize>((block + 1) * TILE)) << 3;
    for (let i: u32 = 0; i < min(TILE, columns - block * TILE); i++) {
      addRowProducts(byColumn, matrix, block * TILE + i, scratch);
      let row = tileAt(tiles, block, 0) + <usize>i * TILE_ROW_BYTES;
      for (let p = scratch; p < scratch + bytes; row += TILE_BYTES) {
        for (let q = row; q < row + TILE_ROW_BYTES; q += 4, p += 8) store<f32>(q, <f32>load<f64>(p));
      }
      memory.fill(scratch, 0, (<usize>columns) << 3);
    }
  }
}
