import type { BestFirst } from "@craic/numerics/best-first.js";
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
 * event is picked by only falls as more is picked, hence the list falls throughout and need not look at
 * events whose plain score is below the best at hand. In the spirit of Carbonell and Goldstein's maximal
 * marginal relevance, SIGIR 1998.
 */
export class Diversifier {
  /** How many picked events have each feature. */
  private readonly picked = new Map<number, number>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly strength: number,
  ) {}

  /** Counts an event as picked, for a list that goes on. */
  count(event: number): void {
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    const { kindOf } = this.catalogue.features;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (repeats[kindOf[feature]!]) this.picked.set(feature, this.repetitionsOf(feature) + 1);
    }
  }

  /**
   * Picks the next `wanted` events.
   *
   * @param order positions of the candidates, best first; what is left in it afterwards was not looked at
   */
  pick(order: BestFirst, events: Uint32Array, scores: Float64Array, wanted: number): Pick[] {
    const picks: Pick[] = [];
    const waiting: number[] = []; // positions taken from `order` that were not picked yet, best plain score first
    while (picks.length < wanted) {
      let best = -1;
      let bestScore = Number.NEGATIVE_INFINITY;
      const consider = (place: number) => {
        const position = waiting[place]!;
        const score = scores[position]! / (1 + this.strength * this.repetitions(events[position]!));
        if (score > bestScore) [best, bestScore] = [place, score];
      };
      for (let place = 0; place < waiting.length && scores[waiting[place]!]! > bestScore; place++)
        consider(place);
      for (let next = order.peek(); next >= 0 && scores[next]! > bestScore; next = order.peek()) {
        consider(waiting.push(order.next()) - 1);
      }
      if (best < 0) break;
      const [position] = waiting.splice(best, 1);
      const event = events[position!]!;
      this.count(event);
      picks.push({ event, score: bestScore });
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
      if (repeats[kindOf[feature]!]) most = Math.max(most, this.repetitionsOf(feature));
    }
    return most;
  }

  private repetitionsOf(feature: number): number {
    return this.picked.get(feature) ?? 0;
  }
}
