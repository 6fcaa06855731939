import { csrFromTriplets } from "@craic/numerics/csr.js";
import type { Interactions } from "./data-set.js";

/** The items of each user, in order of time. */
export class UserItems {
  private readonly rows;

  constructor(users: number, { users: userOf, items, count }: Interactions) {
    this.rows = csrFromTriplets(users, userOf, items, count);
  }

  /** A view: not to be changed. An item that the user came back to is there more than once. */
  of(user: number): Uint32Array {
    const { offsets, lengths, indices } = this.rows;
    return indices.subarray(offsets[user]!, offsets[user]! + lengths[user]!);
  }
}
