import { withLength } from "./typed-array.js";

/**
 * A sparse vector that sums are gathered in: a dense array, and the list of the places that are not zero, so
 * that reading and clearing cost O(places touched) and not O(length). Made once and used again and again.
 * Source: Gilbert, Moler and Schreiber, "Sparse Matrices in MATLAB", SIAM J. Matrix Anal. Appl. 13(1), 1992
 * (the sparse accumulator).
 */
export class Accumulator {
  /** The vector itself, zero wherever nothing was added. Longer than asked for; replaced by `reserve`. */
  values = new Float64Array(0);
  /** The places that were added to: the first `count` of these. */
  touched = new Uint32Array(0);
  count = 0;

  /** Makes room for the places 0 … length − 1. */
  reserve(length: number): void {
    this.values = withLength(this.values, length);
    this.touched = withLength(this.touched, length);
  }

  /** @param amount > 0 */
  add(place: number, amount: number): void {
    if (this.values[place] === 0) this.touched[this.count++] = place;
    this.values[place]! += amount;
  }

  /** Adds to each of the places `places[begin]` … `places[end − 1]`. @param amount > 0 */
  addEach(places: Uint32Array, begin: number, end: number, amount: number): void {
    const { values, touched } = this;
    let count = this.count;
    for (let i = begin; i < end; i++) {
      const place = places[i]!;
      const before = values[place]!;
      if (before === 0) touched[count++] = place;
      values[place] = before + amount;
    }
    this.count = count;
  }

  scale(factor: number): void {
    for (let i = 0; i < this.count; i++) this.values[this.touched[i]!]! *= factor;
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) this.values[this.touched[i]!] = 0;
    this.count = 0;
  }
}
