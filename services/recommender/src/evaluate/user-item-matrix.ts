import { csrFromTriplets, type SparseRows } from "@craic/numerics/csr.js";
import type { Training } from "./algorithm.js";

/** Users × items: 1 where a user had anything to do with an item, however often and however they rated it. */
export function userItemMatrix({ users, items, interactions }: Training): SparseRows {
  const { users: userOf, items: itemOf, count } = interactions;
  const rows = new Uint32Array(count);
  const columns = new Uint32Array(count);
  const seen = new Set<number>();
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const pair = userOf[i]! * items + itemOf[i]!;
    if (seen.has(pair)) continue;
    seen.add(pair);
    rows[kept] = userOf[i]!;
    columns[kept++] = itemOf[i]!;
  }
  return csrFromTriplets(users, rows, columns, kept);
}
