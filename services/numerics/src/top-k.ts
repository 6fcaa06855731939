/**
 * Keeps the k best of any number of scored ids: a binary heap with the worst of the kept at its root.
 * Of equal scores the smaller id is better, so that the result does not depend on the order of the offers.
 * Cost: O(1) for an offer that is not kept, O(log k) for one that is.
 */
export class TopK {
  private readonly ids: Uint32Array;
  private readonly scores: Float64Array;
  private size = 0;

  constructor(private readonly k: number) {
    this.ids = new Uint32Array(k);
    this.scores = new Float64Array(k);
  }

  offer(id: number, score: number): void {
    if (this.size < this.k) {
      this.siftUp(this.size++, id, score);
    } else if (this.k > 0 && this.isWorse(this.ids[0]!, this.scores[0]!, id, score)) {
      this.siftDown(id, score);
    }
  }

  /** Empties the heap and returns what was kept, best first. */
  take(): { ids: Uint32Array; scores: Float64Array } {
    const { size } = this;
    const ids = new Uint32Array(size);
    const scores = new Float64Array(size);
    while (this.size > 0) {
      const last = --this.size;
      ids[last] = this.ids[0]!;
      scores[last] = this.scores[0]!;
      this.siftDown(this.ids[last]!, this.scores[last]!);
    }
    return { ids, scores };
  }

  private isWorse(id: number, score: number, otherId: number, otherScore: number): boolean {
    return score < otherScore || (score === otherScore && id > otherId);
  }

  private siftUp(hole: number, id: number, score: number): void {
    const { ids, scores } = this;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.isWorse(id, score, ids[parent]!, scores[parent]!)) break;
      ids[hole] = ids[parent]!;
      scores[hole] = scores[parent]!;
      hole = parent;
    }
    ids[hole] = id;
    scores[hole] = score;
  }

  /** Replaces the root and restores the heap. */
  private siftDown(id: number, score: number): void {
    const { ids, scores, size } = this;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      const right = child + 1;
      if (right < size && this.isWorse(ids[right]!, scores[right]!, ids[child]!, scores[child]!))
        child = right;
      if (!this.isWorse(ids[child]!, scores[child]!, id, score)) break;
      ids[hole] = ids[child]!;
      scores[hole] = scores[child]!;
      hole = child;
    }
    ids[hole] = id;
    scores[hole] = score;
  }
}
