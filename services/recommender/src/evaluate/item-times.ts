import { csrFromTriplets, type SparseRows } from "@craic/numerics/csr.js";
import type { Interactions } from "./data-set.js";

/** When each item was interacted with, for sums with decay up to any instant in O(log interactions). */
export class ItemTimes {
  /** Places of each item's interactions, in order of time. */
  private readonly places: SparseRows;
  /** By entry of `places`: worth of the item's interactions up to and with this one, as of its own time. */
  private readonly worth: Float64Array;

  /** @param interactions in order of time */
  constructor(
    items: number,
    private readonly interactions: Interactions,
    private readonly halfLifeMs: number,
  ) {
    const { count, items: itemOf, timesMs } = interactions;
    const all = Uint32Array.from({ length: count }, (_, place) => place);
    this.places = csrFromTriplets(items, itemOf, all, count);
    this.worth = new Float64Array(count);
    for (let item = 0; item < items; item++) {
      const begin = this.places.offsets[item]!;
      for (let p = begin; p < begin + this.places.lengths[item]!; p++) {
        const before = p === begin ? 0 : this.worth[p - 1]!;
        const since =
          p === begin ? 0 : timesMs[this.places.indices[p]!]! - timesMs[this.places.indices[p - 1]!]!;
        this.worth[p] = 1 + before * this.faded(since);
      }
    }
  }

  /** Sum over an item's interactions before an instant of 2^(−age/halfLife). */
  worthBefore(item: number, atMs: number): number {
    const begin = this.places.offsets[item]!;
    let low = begin;
    let high = begin + this.places.lengths[item]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < atMs) low = middle + 1;
      else high = middle;
    }
    return low === begin ? 0 : this.worth[low - 1]! * this.faded(atMs - this.timeAt(low - 1));
  }

  private timeAt(p: number): number {
    return this.interactions.timesMs[this.places.indices[p]!]!;
  }

  private faded(ms: number): number {
    return 2 ** (-ms / this.halfLifeMs);
  }
}
