import { addOuterProducts, BLOCK_ROWS } from "./outer-products";

/**
 * Adds YᵀY to blocks of four rows of g, on and right of the diagonal: block b has the rows 4b to 4b + 3. The sums
 * run over the rows of Y in their order, so that they do not depend on who has which blocks.
 *
 * @param y count × n, row-major, n a multiple of 8
 * @param g n × n; left of the diagonal it becomes anything
 */
export function addGram(begin: u32, end: u32, _scratch: usize, y: usize, count: u32, n: u32, g: usize): void {
  for (let first: u32 = 0; first < count; first += BLOCK_ROWS) {
    const rows = y + ((<usize>(first * n)) << 2);
    addOuterProducts(rows, rows, min(BLOCK_ROWS, count - first), n, begin << 2, end << 2, g);
  }
}
