import type { Voice } from "./terms.js";

/** Who speaks for an event; "preferred" is the part of the own voice that comes from stated preferences. */
export type Speaker = Voice | "preferred" | "together" | "near" | "soon";

/** Summands of a score that are not zero: the first `count` of each of these. */
export class Summands {
  count = 0;
  readonly from: Speaker[] = [];
  /** Number of the feature; −1 where it is about the event itself. */
  readonly features: number[] = [];
  readonly amounts: number[] = [];

  /** Takes one in, unless it is 0. */
  add(from: Speaker, feature: number, amount: number): void {
    if (!(amount > 0)) return;
    this.from[this.count] = from;
    this.features[this.count] = feature;
    this.amounts[this.count++] = amount;
  }
}
