/** The last numbers of a series, in a ring: as many as there is room for. */
export class RecentNumbers {
  private readonly ring: Float32Array;
  private seen = 0;

  constructor(room: number) {
    this.ring = new Float32Array(room);
  }

  push(number: number): void {
    this.ring[this.seen++ % this.ring.length] = number;
  }

  /** The smallest first; a copy. */
  sorted(): Float32Array {
    return this.ring.slice(0, Math.min(this.seen, this.ring.length)).sort();
  }
}

/** The number that a share of sorted numbers does not exceed; NaN where there are none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
