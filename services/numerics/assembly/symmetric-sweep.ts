import { subtractProduct, TILE, TILE_BYTES, tileAt, transposeTile } from "./symmetric-tiles";

// Sweeps of a symmetric matrix A (symmetric-tiles.ts) by a block K of 64 rows, D = A_KK, in place:
//
//     A_ij ← A_ij − A_iK D⁻¹ A_Kj      A_iK ← A_iK D⁻¹      A_KK ← −D⁻¹       for i, j outside K
//
// After a sweep by each block, A has become −A⁻¹: n³/2 multiplications, half of what symmetry does without.
// Source: Goodnight, "A Tutorial on the SWEEP Operator", The American Statistician 33(3), 1979, by blocks and with
// the sign of A_iK that keeps the matrix symmetric. For a positive definite A each D is the Schur complement of the
// blocks before, and no pivots need be sought (Higham, "Accuracy and Stability of Numerical Algorithms", 14.4).

/**
 * Replaces a tile on the diagonal by its inverse with the opposite sign, worked out in double precision from the
 * triangle on and below the diagonal.
 *
 * @param work 64 × 64 numbers in double precision
 * @return 1, or 0 when the tile is not positive definite: then it is as before
 */
export function sweepPivot(tile: usize, work: usize): u32 {
  for (let i: u32 = 0; i < TILE; i++) {
    for (let j: u32 = 0; j <= i; j++) {
      const value = <f64>load<f32>(tile + ((<usize>(i * TILE + j)) << 2));
      store<f64>(work + ((<usize>(i * TILE + j)) << 3), value);
      store<f64>(work + ((<usize>(j * TILE + i)) << 3), value);
    }
  }
  for (let k: u32 = 0; k < TILE; k++) {
    if (!sweepByRow(work, k)) return 0;
  }
  for (let i: usize = 0; i < TILE * TILE; i++) store<f32>(tile + (i << 2), <f32>load<f64>(work + (i << 3)));
  return 1;
}

/** Sweeps 64 × 64 numbers in double precision by one row. */
function sweepByRow(work: usize, k: u32): bool {
  const rowK = work + ((<usize>(k * TILE)) << 3);
  const pivot = load<f64>(rowK + ((<usize>k) << 3));
  if (!(pivot > 0)) return false;
  for (let i: u32 = 0; i < TILE; i++) {
    if (i === k) continue;
    const row = work + ((<usize>(i * TILE)) << 3);
    const factor = load<f64>(row + ((<usize>k) << 3)) / pivot;
    const factors = f64x2.splat(factor);
    for (let j: usize = 0; j < TILE << 3; j += 16) {
      v128.store(row + j, f64x2.sub(v128.load(row + j), f64x2.mul(factors, v128.load(rowK + j))));
    }
    store<f64>(row + ((<usize>k) << 3), factor);
  }
  for (let j: usize = 0; j < TILE << 3; j += 8) store<f64>(rowK + j, load<f64>(rowK + j) / pivot);
  store<f64>(rowK + ((<usize>k) << 3), -1 / pivot);
  return true;
}

/**
 * Works out A_iK D⁻¹ for the blocks i from begin to end, keeps it and A_Ki, and puts it in its place.
 *
 * @param scratch a tile
 * @param k K, whose tile sweepPivot has been done to
 * @param left room for a tile for each block: A_iK D⁻¹
 * @param right likewise: A_Ki
 */
export function sweepPanel(
  begin: u32,
  end: u32,
  scratch: usize,
  tiles: usize,
  k: u32,
  left: usize,
  right: usize,
): void {
  const negativeInverse = tileAt(tiles, k, k);
  for (let i = begin; i < end; i++) {
    if (i === k) continue;
    const a = left + <usize>i * TILE_BYTES;
    const old = right + <usize>i * TILE_BYTES;
    memory.fill(a, 0, TILE_BYTES);
    if (i > k) {
      const tile = tileAt(tiles, i, k);
      transposeTile(tile, old);
      subtractProduct(a, tile, negativeInverse);
      memory.copy(tile, a, TILE_BYTES);
    } else {
      const tile = tileAt(tiles, k, i);
      memory.copy(old, tile, TILE_BYTES);
      transposeTile(tile, scratch);
      subtractProduct(a, scratch, negativeInverse);
      transposeTile(a, tile);
    }
  }
}

/**
 * Works out A_ij − A_iK D⁻¹ A_Kj for all j ≤ i, where i is the last block less begin to end: the longest rows first,
 * so that threads end together.
 */
export function sweepRest(
  begin: u32,
  end: u32,
  _scratch: usize,
  tiles: usize,
  blocks: u32,
  k: u32,
  left: usize,
  right: usize,
): void {
  for (let n = begin; n < end; n++) {
    const i = blocks - 1 - n;
    if (i === k) continue;
    const a = left + <usize>i * TILE_BYTES;
    for (let j: u32 = 0; j <= i; j++) {
      if (j !== k) subtractProduct(tileAt(tiles, i, j), a, right + <usize>j * TILE_BYTES);
    }
  }
}
