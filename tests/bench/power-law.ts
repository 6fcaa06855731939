import { createRandom } from "@craic/numerics/random.js";

export interface Interactions {
  readonly users: number;
  readonly items: number;
  readonly userOf: Uint32Array;
  readonly itemOf: Uint32Array;
}

/**
 * As many different pairs of a user and an item, drawn so that the r-th of either has a share that falls with a
 * power of r. With the sizes of MovieLens-1M, users have from about 45 interactions to 1,270 and items from 50 to
 * 2,470, where it has 20 to 2,314 and 1 to 3,428.
 */
export function powerLawInteractions(
  users: number,
  items: number,
  count: number,
  seed: number,
): Interactions {
  const random = createRandom(seed);
  const drawUser = drawByRank(users, 60, 0.75, random);
  const drawItem = drawByRank(items, 80, 1.05, random);
  const seen = new Uint8Array(users * items);
  const userOf = new Uint32Array(count);
  const itemOf = new Uint32Array(count);
  for (let i = 0; i < count; ) {
    const user = drawUser();
    const item = drawItem();
    const cell = user * items + item;
    if (seen[cell] === 1) continue;
    seen[cell] = 1;
    userOf[i] = user;
    itemOf[i++] = item;
  }
  return { users, items, userOf, itemOf };
}

/** Draws a rank r from 0 up to n, in proportion to (r + offset)^−exponent. */
function drawByRank(n: number, offset: number, exponent: number, random: () => number): () => number {
  const cumulative = new Float64Array(n);
  let sum = 0;
  for (let r = 0; r < n; r++) {
    sum += (r + offset) ** -exponent;
    cumulative[r] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    for (let high = n - 1; low < high; ) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
