import { withLength } from "@craic/numerics/typed-array.js";
import type { Interactions } from "./data-set.js";

/** Gives names numbers, from 0 in order of appearance. */
export class Numbering {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    // Cut out of a chunk of the file, a name would keep the whole chunk in memory.
    const own = Buffer.from(name).toString();
    this.numbers.set(own, this.names.length);
    return this.names.push(own) - 1;
  }

  /** −1 for a name that has not appeared. */
  find(name: string): number {
    return this.numbers.get(name) ?? -1;
  }
}

/** Gathers interactions in flat arrays as they are read, in any order. */
export class InteractionBuilder {
  private users = new Uint32Array(0);
  private items = new Uint32Array(0);
  private values = new Float32Array(0);
  private timesMs = new Float64Array(0);
  private count = 0;

  add(user: number, item: number, value: number, timeMs: number): void {
    const i = this.count++;
    if (i >= this.users.length) {
      this.users = withLength(this.users, i + 1);
      this.items = withLength(this.items, i + 1);
      this.values = withLength(this.values, i + 1);
      this.timesMs = withLength(this.timesMs, i + 1);
    }
    this.users[i] = user;
    this.items[i] = item;
    this.values[i] = value;
    this.timesMs[i] = timeMs;
  }

  /**
   * What was added in order of time; of equal times in the order in which it was added, or backwards where all of it
   * came newest first, as in the leave-one-out files of MovieLens-1M, in which a second often has several ratings.
   */
  build(): Interactions {
    const { count, timesMs } = this;
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    const later = this.newestFirst() ? -1 : 1;
    order.sort((a, b) => timesMs[a]! - timesMs[b]! || later * (a - b));
    return {
      count,
      users: order.map((i) => this.users[i]!),
      items: order.map((i) => this.items[i]!),
      values: Float32Array.from(order, (i) => this.values[i]!),
      timesMs: Float64Array.from(order, (i) => timesMs[i]!),
    };
  }

  /** Whether time falls now and then within what a user has next to each other, and never rises. */
  private newestFirst(): boolean {
    let falls = false;
    for (let i = 1; i < this.count; i++) {
      if (this.users[i] !== this.users[i - 1]) continue;
      if (this.timesMs[i]! > this.timesMs[i - 1]!) return false;
      if (this.timesMs[i]! < this.timesMs[i - 1]!) falls = true;
    }
    return falls;
  }
}
