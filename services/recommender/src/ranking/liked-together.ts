import { Accumulator } from "@craic/numerics/accumulator.js";
import { TopK } from "@craic/numerics/top-k.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Behaviour } from "../feedback/behaviour.js";

// What bounds the work for one event, whoever likes it: the newest count.
const LIKERS_PER_EVENT = 32;
const LIKES_PER_LIKER = 24;
/** Most companions of an event. */
const MOST_COMPANIONS = 24;
/** Events whose companions are kept at most, some 500 bytes each; with more all are found anew as they are asked for. */
const MOST_HELD = 20_000;

/** What else the people like who like an event. */
export interface Companions {
  /** Events that had not ended when they were found, those liked together most often first. */
  readonly events: Uint32Array;
  /** dot(i, e) = Σ_v r_vi · r_ve over the people v who like the event i and the companion e. */
  readonly dots: Float64Array;
  /** Σ_v r_vi² over the people v who were looked at. */
  readonly squaredNorm: number;
}

/** Companions hold from the instant at which they were found until the first of them ends. */
interface Held extends Companions {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Which events the same people like: for each event the ones ahead that are liked together with it most, found over
 * the inverted index of likers when they are first asked for, and kept.
 *
 * Incremental: after a piece of feedback only those are found anew that it can have changed. Person u's liking of
 * event a is in the companions of a, and in those of the other events that u likes and is among the newest likers of.
 * The result is that of finding all anew.
 */
export class LikedTogether {
  private readonly held = new Map<number, Held>();
  private readonly dots = new Accumulator();
  /** How often companions had to be found. */
  searches = 0;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly behaviour: Behaviour,
  ) {}

  companionsOf(event: number, nowMs: number): Companions {
    const held = this.held.get(event);
    if (held !== undefined && held.fromMs <= nowMs && nowMs < held.untilMs) return held;
    const found = this.find(event, nowMs);
    if (this.held.size >= MOST_HELD) this.held.clear();
    this.held.set(event, found);
    return found;
  }

  /** To be called after a person came to like an event more or less. */
  change(user: number, event: number): void {
    if (this.held.size === 0) return;
    this.held.delete(event);
    const { pairs } = this.behaviour;
    const end = pairs.offsets[user]! + pairs.lengths[user]!;
    for (let slot = pairs.offsets[user]!; slot < end; slot++) {
      const other = pairs.columns.event[slot]!;
      if (this.held.has(other) && this.isNewLiker(user, other)) this.held.delete(other);
    }
  }

  /** To be called when an event's dates have changed: it may be ahead again. */
  move(event: number): void {
    if ((this.behaviour.likers.lengths[event] ?? 0) > 0) this.held.clear();
  }

  private find(event: number, nowMs: number): Held {
    this.searches++;
    const { catalogue, behaviour, dots } = this;
    const { offsets, lengths, columns } = behaviour.likers;
    dots.reserve(catalogue.events.size);
    let squaredNorm = 0;
    if (event < lengths.length) {
      const end = offsets[event]! + lengths[event]!;
      for (let slot = Math.max(offsets[event]!, end - LIKERS_PER_EVENT); slot < end; slot++) {
        squaredNorm += columns.liking[slot]! ** 2;
        this.addLikes(columns.user[slot]!, columns.liking[slot]!);
      }
    }
    const top = new TopK(MOST_COMPANIONS);
    for (let i = 0; i < dots.count; i++) {
      const other = dots.touched[i]!;
      if (other !== event && catalogue.endMs[other]! > nowMs) top.offer(other, dots.values[other]!);
    }
    dots.clear();
    const { ids: events, scores } = top.take();
    const untilMs = events.reduce((first, other) => Math.min(first, catalogue.endMs[other]!), Infinity);
    return { events, dots: scores, squaredNorm, fromMs: nowMs, untilMs };
  }

  /** Adds up what somebody likes, the newest of it. @param weight their liking of the event in question */
  private addLikes(user: number, weight: number): void {
    const { behaviour, dots } = this;
    const { offsets, lengths, columns } = behaviour.pairs;
    let left = LIKES_PER_LIKER;
    for (let slot = offsets[user]! + lengths[user]! - 1; slot >= offsets[user]! && left > 0; slot--) {
      const value = behaviour.valueAt(slot);
      if (value === 0) continue;
      dots.add(columns.event[slot]!, weight * value);
      left--;
    }
  }

  private isNewLiker(user: number, event: number): boolean {
    const { offsets, lengths, columns } = this.behaviour.likers;
    const end = offsets[event]! + lengths[event]!;
    for (let slot = Math.max(offsets[event]!, end - LIKERS_PER_EVENT); slot < end; slot++) {
      if (columns.user[slot] === user) return true;
    }
    return false;
  }
}
