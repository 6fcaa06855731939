import { BestFirst } from "@craic/numerics/best-first.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { type FeatureKind, featureKinds } from "../catalogue/event-features.js";

/** What makes events look alike in a list: the same genre twenty times may be just what somebody came for. */
const REPEATING: ReadonlySet<FeatureKind> = new Set(["artist", "venue", "organiser"]);
const repeats = featureKinds.map((kind) => REPEATING.has(kind));

/** Places that follow one another, about a page, among which one venue, artist or day may have so many at most. */
export const WINDOW = 20;
const MOST_OF: Readonly<Partial<Record<FeatureKind, number>>> = { venue: 4, artist: 4 };
const mostOf = featureKinds.map((kind) => MOST_OF[kind] ?? Number.POSITIVE_INFINITY);
export const MOST_OF_DAY = 8;

/** An event that was picked and what it was picked by. */
export interface Pick {
  readonly event: number;
  readonly score: number;
}

/**
 * Makes a list out of scored events that is not twenty times the same. Picks greedily by
 *
 *     score(e) / (1 + m)^dial
 *
 * with m the largest number of events picked so far that share one venue, artist or organiser with e. With a dial
 * of 0 the order is that of the scores; with 1 the n-th event of an orchestra must be n times as good as others.
 * Nothing is left out. In the spirit of Carbonell and Goldstein's maximal marginal relevance, SIGIR 1998; dividing
 * by how much is there already is how seats are shared out in proportion: Dang and Croft, "Diversity by
 * Proportionality", SIGIR 2012.
 *
 * With a dial above 0 there are caps too: of 20 places that follow one another from the 1st, 21st … on, one venue
 * or artist gets 4 and one day 8, as long as there is anything else to show. What they hold back comes right after.
 */
export class Diversifier {
  /** How many picked events have each feature, in the whole list and in its last window. */
  private readonly picked: Uint16Array;
  private readonly inWindow: Uint16Array;
  private readonly daysInWindow = new Map<number, number>();
  private length = 0;

  /** @param dial 0 to 1 */
  constructor(
    private readonly catalogue: Catalogue,
    private readonly dial: number,
  ) {
    this.picked = new Uint16Array(catalogue.features.size);
    this.inWindow = new Uint16Array(catalogue.features.size);
  }

  /** Counts an event as picked, in the order of the list that goes on. */
  count(event: number): void {
    if (this.length++ % WINDOW === 0) {
      this.inWindow.fill(0);
      this.daysInWindow.clear();
    }
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    const { kindOf } = this.catalogue.features;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (!repeats[kindOf[feature]!]) continue;
      this.picked[feature]! += 1;
      this.inWindow[feature]! += 1;
    }
    const day = this.catalogue.dayOf[event]!;
    this.daysInWindow.set(day, (this.daysInWindow.get(day) ?? 0) + 1);
  }

  /**
   * Picks the next `wanted` of `events`. What they are picked by only falls, but for those that a cap held back.
   *
   * @param scores score of each of `events`, ≥ 0, of which the first `count` count
   */
  pick(events: Uint32Array, scores: Float64Array, count: number, wanted: number): Pick[] {
    const bounds = scores.slice(0, count); // what an event was last found to be picked by, or its plain score
    const order = new BestFirst(bounds, count);
    const mostOfDay = this.hasSeveralDays(events, count) ? MOST_OF_DAY : Number.POSITIVE_INFINITY;
    let hasCaps = this.dial > 0;
    let heldBack: number[] = [];
    const picks: Pick[] = [];
    while (picks.length < wanted) {
      const isOver = this.length % WINDOW === 0;
      const isShort = order.peek() < 0 && heldBack.length > 0; // there is nothing else to show
      if (isOver || isShort) {
        for (const position of heldBack) order.put(position);
        heldBack = [];
        hasCaps = this.dial > 0 && !isShort;
      }
      const position = order.peek();
      if (position < 0) break;
      const event = events[position]!;
      const score = this.discounted(scores[position]!, event);
      if (score < bounds[position]!) {
        order.lower(score);
        continue;
      }
      order.next();
      if (hasCaps && this.isAtCap(event, mostOfDay)) {
        heldBack.push(position);
        continue;
      }
      this.count(event);
      picks.push({ event, score });
    }
    return picks;
  }

  private discounted(score: number, event: number): number {
    const repetitions = this.dial === 0 ? 0 : this.repetitions(event);
    return repetitions === 0 ? score : score / (1 + repetitions) ** this.dial;
  }

  /** The largest number of picked events that share one repeating feature with this one. */
  private repetitions(event: number): number {
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    let most = 0;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      most = Math.max(most, this.picked[columns.feature[slot]!]!);
    }
    return most;
  }

  private isAtCap(event: number, mostOfDay: number): boolean {
    if (this.length % WINDOW === 0) return false;
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    const { kindOf } = this.catalogue.features;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (this.inWindow[feature]! >= mostOf[kindOf[feature]!]!) return true;
    }
    return (this.daysInWindow.get(this.catalogue.dayOf[event]!) ?? 0) >= mostOfDay;
  }

  /** Whether the days could fill a window without any going over its cap. */
  private hasSeveralDays(events: Uint32Array, count: number): boolean {
    const days = new Set<number>();
    for (let i = 0; i < count && days.size * MOST_OF_DAY < WINDOW; i++) {
      days.add(this.catalogue.dayOf[events[i]!]!);
    }
    return days.size * MOST_OF_DAY >= WINDOW;
  }
}
