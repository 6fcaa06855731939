import { withLength } from "./typed-array.js";

/**
 * Takes scored positions best first, without sorting those that are never asked for: a binary heap with the
 * best at its root, built in O(n), O(log n) for each `next`. Of equal scores the smaller position comes first.
 *
 * The score of the best one may be lowered on the way, which puts it where it then belongs. So an order by
 * something that only falls as more is taken can be had from upper bounds: look at the best, bring its score
 * up to date, and take it if it is still the best. Source: Minoux, "Accelerated Greedy Algorithms for
 * Maximizing Submodular Set Functions", 1978.
 *
 * May be begun again and again.
 */
export class BestFirst {
  private scores: Float32Array | Float64Array = new Float64Array(0);
  private heap = new Uint32Array(0);
  private size = 0;

  /**
   * @param scores score of each position; kept and changed, not copied
   * @param count how many positions there are: 0 … count − 1
   */
  begin(scores: Float32Array | Float64Array, count: number): this {
    this.scores = scores;
    this.size = count;
    this.heap = withLength(this.heap, count);
    for (let i = 0; i < count; i++) this.heap[i] = i;
    for (let hole = (count >> 1) - 1; hole >= 0; hole--) this.siftDown(hole);
    return this;
  }

  /** The position with the best score that is left; −1 when none is. */
  peek(): number {
    return this.size === 0 ? -1 : this.heap[0]!;
  }

  /** Lowers the score of the position that `peek` gives. */
  lower(score: number): void {
    this.scores[this.heap[0]!] = score;
    this.siftDown(0);
  }

  /** Takes the position with the best score; −1 when none is left. */
  next(): number {
    if (this.size === 0) return -1;
    const best = this.heap[0]!;
    this.heap[0] = this.heap[--this.size]!;
    this.siftDown(0);
    return best;
  }

  /** Puts a position back that `next` gave. */
  put(position: number): void {
    const { heap } = this;
    let hole = this.size++;
    for (let parent = (hole - 1) >> 1; hole > 0; parent = (hole - 1) >> 1) {
      if (!this.isBetter(position, heap[parent]!)) break;
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = position;
  }

  private siftDown(hole: number): void {
    const { heap, size } = this;
    const moving = heap[hole]!;
    for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && this.isBetter(heap[child + 1]!, heap[child]!)) child++;
      if (!this.isBetter(heap[child]!, moving)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = moving;
  }

  private isBetter(a: number, b: number): boolean {
    const difference = this.scores[a]! - this.scores[b]!;
    return difference > 0 || (difference === 0 && a < b);
  }
}
