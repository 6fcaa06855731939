/**
 * Turns the item factors of an implicit-feedback model into vectors whose dot products say how much one item speaks
 * for another. A user with interactions c_i who is folded in has, with w₀ for every absent entry,
 *
 *     x = (w₀ YᵀY + λI)⁻¹ Σ_i c_i y_i     and scores item j by     y_j·x = Σ_i c_i z_i·z_j
 *
 * where z = L⁻¹y and LLᵀ = w₀ YᵀY + λI. So x becomes the plain sum Σ_i c_i z_i: linear in what the user did, whence
 * each interaction's share of a score is known. What it leaves out of Hu, Koren and Volinsky's exact solution
 * (ICDM 2008, eq. 4) is that an item which was interacted with weighs more than one which was not.
 *
 * Cost: O(items · k²) and k² numbers of scratch.
 *
 * @param itemFactors items × k, row-major
 * @param k factors of an item, > 0
 * @param unobservedWeight w₀ ≥ 0
 * @param regularisation λ > 0
 * @returns items × k
 */
export function foldedFactors(
  itemFactors: Float32Array,
  k: number,
  unobservedWeight: number,
  regularisation: number,
): Float32Array {
  if (itemFactors.length % k !== 0) {
    throw new RangeError(`itemFactors has ${itemFactors.length} numbers, not rows of ${k}`);
  }
  const l = lowerTriangle(gramWithRidge(itemFactors, k, unobservedWeight, regularisation), k);
  const folded = new Float32Array(itemFactors.length);
  const z = new Float64Array(k);
  for (let row = 0; row < itemFactors.length; row += k) {
    for (let i = 0; i < k; i++) {
      let left = itemFactors[row + i]!;
      for (let j = 0; j < i; j++) left -= l[i * k + j]! * z[j]!;
      z[i] = left / l[i * k + i]!;
    }
    folded.set(z, row);
  }
  return folded;
}

function gramWithRidge(y: Float32Array, k: number, weight: number, ridge: number): Float64Array {
  const gram = new Float64Array(k * k);
  for (let row = 0; row < y.length; row += k) {
    for (let i = 0; i < k; i++) {
      const scaled = weight * y[row + i]!;
      for (let j = 0; j <= i; j++) gram[i * k + j]! += scaled * y[row + j]!;
    }
  }
  for (let i = 0; i < k; i++) gram[i * k + i]! += ridge;
  return gram;
}

/** L of LLᵀ = a, by Cholesky's decomposition; of `a` only the lower triangle is read, and overwritten. */
function lowerTriangle(a: Float64Array, k: number): Float64Array {
  for (let j = 0; j < k; j++) {
    for (let i = j; i < k; i++) {
      let left = a[i * k + j]!;
      for (let m = 0; m < j; m++) left -= a[i * k + m]! * a[j * k + m]!;
      a[i * k + j] = i === j ? Math.sqrt(left) : left / a[j * k + j]!;
    }
  }
  return a;
}
