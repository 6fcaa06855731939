import { Accumulator } from "@craic/numerics/accumulator.js";
import { BestFirst } from "@craic/numerics/best-first.js";
import { withLength } from "@craic/numerics/typed-array.js";
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
export interface Picked {
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
 *
 * The object is scratch: `begin`, use, and `begin` again. Arrays made anew for each list would have V8 collect the old
 * generation more often.
 */
export class Diversifier {
  /** How many picked events have each feature, in the whole list and in its last window. */
  private readonly picked = new Accumulator();
  private readonly inWindow = new Accumulator();
  /** Of the events in the last window, in their order. */
  private readonly daysInWindow = new Int32Array(WINDOW);
  private length = 0;
  /** 1 for events that are in the list. */
  private readonly taken = new Accumulator();
  private events: Uint32Array = new Uint32Array(0);
  private scores: Float64Array = new Float64Array(0);
  /** What each of `events` was last found to be picked by, or its plain score. */
  private bounds = new Float64Array(0);
  private readonly order = new BestFirst();
  /** Positions of those that a cap holds back until the window ends. */
  private heldBack: number[] = [];
  private hasCaps = false;
  private dial = 0;

  constructor(private readonly catalogue: Catalogue) {}

  /** Begins an empty list. @param dial 0 to 1 */
  begin(dial: number): this {
    const { events, features } = this.catalogue;
    this.dial = dial;
    this.length = 0;
    this.taken.clear();
    this.taken.reserve(events.size);
    for (const counts of [this.picked, this.inWindow]) {
      counts.clear();
      counts.reserve(features.size);
    }
    return this;
  }

  /** Counts an event as picked, by whomever, in the order of the list that goes on. */
  count(event: number): void {
    this.taken.add(event, 1);
    if (this.length % WINDOW === 0) this.inWindow.clear();
    this.daysInWindow[this.length++ % WINDOW] = this.catalogue.dayOf[event]!;
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    const { kindOf } = this.catalogue.features;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (!repeats[kindOf[feature]!]) continue;
      this.picked.add(feature, 1);
      this.inWindow.add(feature, 1);
    }
  }

  /**
   * Offers events to pick from, in place of those offered before.
   *
   * @param scores score of each of `events`, ≥ 0, of which the first `count` count
   */
  offer(events: Uint32Array, scores: Float64Array, count: number): void {
    this.events = events;
    this.scores = scores;
    this.bounds = withLength(this.bounds, count);
    this.bounds.set(scores.subarray(0, count));
    this.order.begin(this.bounds, count);
    this.heldBack = [];
    this.hasCaps = this.dial > 0;
  }

  /** Picks the next one; undefined when none is left. What they are picked by only falls, but for those that a cap held back. */
  next(): Picked | undefined {
    const { events, order } = this;
    if (this.length % WINDOW === 0) this.putBack(this.dial > 0);
    for (;;) {
      if (order.peek() < 0 && this.heldBack.length > 0) this.putBack(false); // there is nothing else to show
      const position = order.peek();
      if (position < 0) return undefined;
      const event = events[position]!;
      if (this.taken.values[event]! > 0) {
        order.next();
        continue;
      }
      const score = this.discounted(this.scores[position]!, event);
      if (score < this.bounds[position]!) {
        order.lower(score);
        continue;
      }
      order.next();
      if (this.hasCaps && this.isAtCap(event)) {
        this.heldBack.push(position);
        continue;
      }
      this.count(event);
      return { event, score };
    }
  }

  /** Whether an event may be taken out of turn: no cap holds it back, and it is not in the list. */
  mayTake(event: number): boolean {
    return this.taken.values[event] === 0 && !(this.dial > 0 && this.isAtCap(event));
  }

  private putBack(hasCaps: boolean): void {
    for (const position of this.heldBack) this.order.put(position);
    this.heldBack = [];
    this.hasCaps = hasCaps;
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
      most = Math.max(most, this.picked.values[columns.feature[slot]!]!);
    }
    return most;
  }

  private isAtCap(event: number): boolean {
    if (this.length % WINDOW === 0) return false;
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    const { kindOf } = this.catalogue.features;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const feature = columns.feature[slot]!;
      if (this.inWindow.values[feature]! >= mostOf[kindOf[feature]!]!) return true;
    }
    const day = this.catalogue.dayOf[event];
    let sameDay = 0;
    for (let i = 0; i < this.length % WINDOW; i++) if (this.daysInWindow[i] === day) sameDay++;
    return sameDay >= MOST_OF_DAY;
  }
}
