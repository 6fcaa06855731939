/** Counts what recommended lists are made of, whether or not they were right. */
export class ListTally {
  private readonly shown: Uint8Array;
  private distinct = 0;
  private places = 0;
  private information = 0;
  private readonly selfInformation: Float64Array;

  /**
   * @param interactions how many interactions each item had in training: items numbers
   */
  constructor(interactions: Uint32Array) {
    this.shown = new Uint8Array(interactions.length);
    this.selfInformation = selfInformation(interactions);
  }

  /** Takes in one list of items. */
  add(list: ArrayLike<number>): void {
    for (let i = 0; i < list.length; i++) {
      const item = list[i]!;
      if (this.shown[item] === 0) {
        this.shown[item] = 1;
        this.distinct++;
      }
      this.information += this.selfInformation[item]!;
    }
    this.places += list.length;
  }

  /** Share of all items that are in any of the lists, 0 to 1. */
  get coverage(): number {
    return this.shown.length === 0 ? 0 : this.distinct / this.shown.length;
  }

  /**
   * Mean self-information of the places in the lists, in bits: an item that half of all interactions are about has 1.
   * Source: Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 2010.
   */
  get novelty(): number {
    return this.places === 0 ? 0 : this.information / this.places;
  }
}

/** −log2 of each item's share of all interactions, one more of each added so that unseen items are finite. */
function selfInformation(interactions: Uint32Array): Float64Array {
  let total = interactions.length;
  for (const count of interactions) total += count;
  return Float64Array.from(interactions, (count) => -Math.log2((count + 1) / total));
}
