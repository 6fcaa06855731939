import { Accumulator } from "@craic/numerics/accumulator.js";
import { withLength } from "@craic/numerics/typed-array.js";
import type { Companions } from "./liked-together.js";
import type { LiveState } from "./live-state.js";
import type { Taste } from "./taste.js";

/** How many of the person's likes speak: the newest. */
const LIKES_TO_FOLLOW = 32;
/** Σ r² of people who like nothing else, added to those who like an event: a single one says little. */
const SHRINKAGE = 2;

/**
 * What is liked by the people who like what a person likes: item-based nearest neighbours over the events themselves,
 * as they are now. With dot(i, e) and m_i of liked-together.ts, and n_e = Σ_v r_ve² over everybody who likes e,
 *
 *     sim(i, e)   = dot(i, e) / (m_i + s) · √((n_i + s) / (n_e + s))
 *     together(e) = Σ_i own_i · sim(i, e)         own_i = r_i / (n + c), the part of like i in own(f): see taste.ts
 *
 * m_i is n_i unless many like i, and then sim is the cosine, s people of no common taste added to both; of many the
 * newest stand for all. Source: Sarwar et al., "Item-Based Collaborative Filtering Recommendation Algorithms", WWW 2001.
 *
 * What the person themself adds to dot(i, e), by liking both, is no evidence and taken off.
 *
 * The object is scratch: `read`, which does nothing the second time, use, `clear`.
 */
export class TogetherTaste {
  /** By number of the event; with what the person themself adds. */
  readonly together = new Accumulator();
  /** The likes that speak: their events, what those are liked together with, and √(n_i + s) / (m_i + s). */
  private likes = new Uint32Array(0);
  private companions: Companions[] = [];
  private scales = new Float64Array(0);
  private count = 0;
  /** The same by companion, made when it is asked for: entries from 1 on, that of an event first, then the next. */
  private firstOf = new Uint32Array(0);
  private nextOf = new Uint32Array(0);
  private likeOf = new Uint32Array(0);
  private dotOf = new Float64Array(0);
  private isTurned = false;
  private taste: Taste | undefined;

  constructor(private readonly state: LiveState) {}

  /** @param taste that has been read, and is not cleared before this is */
  read(taste: Taste, nowMs: number): void {
    if (this.taste !== undefined) return;
    this.taste = taste;
    const { catalogue, likedTogether } = this.state;
    this.together.reserve(catalogue.events.size);
    const { liked, likedCount, ownLikings } = taste;
    const first = Math.max(0, likedCount - LIKES_TO_FOLLOW);
    this.count = likedCount - first;
    this.likes = withLength(this.likes, this.count);
    this.scales = withLength(this.scales, this.count);
    for (let i = 0; i < this.count; i++) {
      const event = liked[first + i]!;
      const companions = likedTogether.companionsOf(event, nowMs);
      const { events, dots, squaredNorm } = companions;
      const scale = Math.sqrt(this.norm(event)) / (squaredNorm + SHRINKAGE);
      this.likes[i] = event;
      this.companions.push(companions);
      this.scales[i] = scale;
      const weight = scale * ownLikings.values[event]!;
      for (let j = 0; j < events.length; j++) this.together.add(events[j]!, weight * dots[j]!);
    }
    const { touched, values, count } = this.together;
    for (let i = 0; i < count; i++) values[touched[i]!]! /= Math.sqrt(this.norm(touched[i]!));
  }

  clear(): void {
    if (this.isTurned) {
      const { touched, count } = this.together;
      for (let i = 0; i < count; i++) this.firstOf[touched[i]!] = 0;
      this.isTurned = false;
    }
    this.together.clear();
    this.companions = [];
    this.count = 0;
    this.taste = undefined;
  }

  /** together(e). */
  of(event: number): number {
    const { taste } = this;
    const sum = this.together.values[event] ?? 0;
    if (sum === 0 || taste === undefined || taste.ownLikings.values[event] === 0) return sum;
    let others = 0;
    this.eachSimilarity(event, (like, similarity) => {
      others += taste.ownLikings.values[like]! * similarity;
    });
    return others;
  }

  /** Tells of each like i that speaks for an event, with sim(i, e) > 0. */
  eachSimilarity(event: number, visit: (like: number, similarity: number) => void): void {
    if (!this.isTurned) this.turn();
    const liking = this.taste?.ownLikings.values[event] === 0 ? 0 : this.likingOf(event);
    for (let entry = this.firstOf[event] ?? 0; entry > 0; entry = this.nextOf[entry]!) {
      const i = this.likeOf[entry]!;
      const like = this.likes[i]!;
      const own = liking === 0 ? 0 : liking * this.likingOf(like);
      const similarity = ((this.dotOf[entry]! - own) * this.scales[i]!) / Math.sqrt(this.norm(event));
      if (similarity > 0) visit(like, similarity);
    }
  }

  private turn(): void {
    const entries = this.companions.reduce((sum, { events }) => sum + events.length, 1);
    this.firstOf = withLength(this.firstOf, this.together.values.length);
    this.nextOf = withLength(this.nextOf, entries);
    this.likeOf = withLength(this.likeOf, entries);
    this.dotOf = withLength(this.dotOf, entries);
    let entry = 0;
    for (let i = this.count - 1; i >= 0; i--) {
      const { events, dots } = this.companions[i]!;
      for (let j = 0; j < events.length; j++) {
        this.likeOf[++entry] = i;
        this.dotOf[entry] = dots[j]!;
        this.nextOf[entry] = this.firstOf[events[j]!]!;
        this.firstOf[events[j]!] = entry;
      }
    }
    this.isTurned = true;
  }

  /** How much the person likes an event. */
  private likingOf(event: number): number {
    const { behaviour } = this.state;
    const slot = behaviour.find(this.taste?.user ?? -1, event);
    return slot < 0 ? 0 : behaviour.valueAt(slot);
  }

  private norm(event: number): number {
    return this.state.behaviour.eventSquaredNorms[event]! + SHRINKAGE;
  }
}
