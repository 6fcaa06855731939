import { BestFirst } from "@craic/numerics/best-first.js";
import type { Catalogue } from "./catalogue.js";
import { type FeatureKind, featureKinds } from "./event-features.js";

/** What makes events look alike in a list: the same genre twenty times may be just what somebody came for. */
const REPEATING: ReadonlySet<FeatureKind> = new Set(["artist", "venue", "organiser"]);
const repeats = featureKinds.map((kind) => REPEATING.has(kind));

/** An event that was picked and what it was picked by. */
export interface Pick {
  readonly event: number;
  readonly score: number;
}

/**
 * Keeps one venue, artist or organiser from filling a list. Picks greedily by
 *
 *     score(e) / (1 + strength · most)
 *
 * with `most` the largest number of events picked so far that share one venue, artist or organiser with e.
 * The n-th event of an orchestra thus must be better than others by that much; nothing is left out. What an
 * event is picked by only falls as more is picked, and so does the list. In the spirit of Carbonell and
 * Goldstein's maximal marginal relevance, SIGIR 1998.
 */
export class Diversifier {
  /** How many picked events have each feature. */
  private readonly picked: Uint16Array;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly strength: number,
  ) {
    this.picked = new Uint16Array(catalogue.features.size);
  }

  /** Counts an event as picked, for a list that goes on. */
  count(event: number): void {
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    const { kindOf } = this.catalogue.features;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (repeats[kindOf[feature]!]) this.picked[feature]! += 1;
    }
  }

  /**
   * Picks the next `wanted` of `events`.
   *
   * @param scores score of each of `events`, of which the first `count` count
   */
  pick(events: Uint32Array, scores: Float64Array, count: number, wanted: number): Pick[] {
    const bounds = scores.slice(0, count); // what an event was last found to be picked by, or its plain score
    const order = new BestFirst(bounds, count);
    const picks: Pick[] = [];
    while (picks.length < wanted) {
      const position = order.peek();
      if (position < 0) break;
      const event = events[position]!;
      const score = scores[position]! / (1 + this.strength * this.repetitions(event));
      if (score < bounds[position]!) {
        order.lower(score);
        continue;
      }
      order.next();
      this.count(event);
      picks.push({ event, score });
    }
    return picks;
  }

  /** The largest number of picked events that share one repeating feature with this one. */
  private repetitions(event: number): number {
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    const { kindOf } = this.catalogue.features;
    let most = 0;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (repeats[kindOf[feature]!]) most = Math.max(most, this.picked[feature]!);
    }
    return most;
  }
}
