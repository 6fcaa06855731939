import type { KernelMemory } from "./kernel-memory.js";
import type { KernelThreads } from "./kernel-threads.js";
import { type SymmetricTiles, TILE } from "./symmetric-tiles.js";

/** A tile in double precision for the pivot, one in single precision for each thread. */
export const SWEEP_SCRATCH_BYTES = 4 * TILE * TILE;

/**
 * Replaces a symmetric positive definite matrix by −A⁻¹, by sweeping it block after block
 * (../assembly/symmetric-sweep.ts). In place: besides the matrix, memory for two of its columns of tiles is taken.
 *
 * Products are in single precision, pivots in double: the relative error is about 10⁻⁷ times A's condition number.
 * The result does not depend on how many threads there are. Cost: n³/2 multiplications.
 *
 * @param threads over `memory`, with SWEEP_SCRATCH_BYTES of scratch at least
 * @throws RangeError when the matrix is not positive definite, as far as single precision can tell; it is of no use
 *   then
 */
export async function negateAndInvert(
  matrix: SymmetricTiles,
  memory: KernelMemory,
  threads: KernelThreads,
  signal?: AbortSignal,
): Promise<void> {
  const { blocks, values } = matrix;
  const work = memory.float64(TILE * TILE).byteOffset;
  const left = memory.float32(blocks * TILE * TILE).byteOffset;
  const right = memory.float32(blocks * TILE * TILE).byteOffset;
  const tiles = values.byteOffset;
  const oneByOne = { chunk: 1, signal };
  for (let k = 0; k < blocks; k++) {
    const pivot = tiles + 4 * TILE * TILE * ((k * (k + 1)) / 2 + k);
    if (memory.kernels.sweepPivot(pivot, work) === 0) {
      throw new RangeError(
        `the matrix is not positive definite: it fails between row ${k * TILE} and the next ${TILE}`,
      );
    }
    await threads.run("sweepPanel", blocks, [tiles, k, left, right], oneByOne);
    await threads.run("sweepRest", blocks, [tiles, blocks, k, left, right], oneByOne);
  }
}
