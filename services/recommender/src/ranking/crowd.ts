import { withLength } from "@craic/numerics/typed-array.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Behaviour, Liking } from "../feedback/behaviour.js";

/** Events without any like that a feature is credited with, so that one like does not make it popular. */
const FEATURE_SHRINKAGE = 2;
/** How long one instant serves as the origin of decay: powers of two stay far from overflow. */
const RESCALE_EVERY_MS = 60 * 60_000;

/**
 * What everybody likes lately. A like counts 2^(−age/halfLife): for its event, and for the features of its
 * event, because most events ahead are too new to have been liked.
 *
 *     P_e = Σ likings of e, decayed                       popularity of an event
 *     R_f = Σ_{e has f} P_e / (Σ_{e has f} d_e + 2)       popularity of a feature: likes an event
 *
 * where d_e is 1 for an event ahead and decays from its end on. Both are shown as x / (x + κ), 0 to 1, with κ
 * the mean P_e of the events that anybody likes, at least 1: an event liked as much as those is at one half.
 *
 * Sums are kept as of an origin instant and aged all at once, so that a new like costs O(features of its
 * event). Source: Cormode et al., "Forward Decay: A Practical Time Decay Model for Streaming Systems",
 * ICDE 2009.
 */
export class Crowd {
  /** Decayed to the origin, by event and by feature. */
  private likesOf = new Float64Array(0);
  private likesWith = new Float64Array(0);
  private eventsWith = new Float64Array(0);
  private likes = 0;
  private likedEvents = 0;
  private tastes = new Float32Array(0);
  private tastesMs = Number.NaN;

  constructor(
    private readonly catalogue: Catalogue,
    behaviour: Behaviour,
    private readonly halfLifeMs: number,
    private originMs: number,
  ) {
    const { pairs } = behaviour;
    for (let user = 0; user < behaviour.users.size; user++) {
      const begin = pairs.offsets[user]!;
      for (let slot = begin; slot < begin + pairs.lengths[user]!; slot++) {
        const { value, sinceMs } = behaviour.likingAt(slot);
        if (value > 0) this.addLikes(pairs.columns.event[slot]!, this.decayed(value, sinceMs));
      }
    }
    this.recountFeatures();
  }

  /** Takes in that somebody's liking of an event changed. */
  change(event: number, before: Liking, after: Liking): void {
    const difference = this.decayed(after.value, after.sinceMs) - this.decayed(before.value, before.sinceMs);
    if (difference === 0) return;
    const added = this.addLikes(event, difference);
    this.addToFeatures(event, added, 0);
  }

  /** To be called before an event's features or dates change. */
  forget(event: number): void {
    if (this.catalogue.isKnown(event))
      this.addToFeatures(event, -this.rawLikes(event), -this.presence(event));
  }

  /** To be called after an event came in or changed. */
  include(event: number): void {
    this.addToFeatures(event, this.rawLikes(event), this.presence(event));
  }

  /** How popular each feature is, by number of the feature, 0 to 1; valid until the next change. */
  featureTastes(nowMs: number): Float32Array {
    this.age(nowMs);
    if (this.tastesMs === nowMs) return this.tastes;
    const { size } = this.catalogue.features;
    this.tastes = withLength(this.tastes, size);
    this.likesWith = withLength(this.likesWith, size);
    this.eventsWith = withLength(this.eventsWith, size);
    const growth = this.growth(nowMs);
    const typical = this.typicalLikes(growth);
    for (let f = 0; f < size; f++) {
      const rate = (growth * this.likesWith[f]!) / (this.eventsWith[f]! + FEATURE_SHRINKAGE);
      this.tastes[f] = rate / (rate + typical);
    }
    this.tastesMs = nowMs;
    return this.tastes;
  }

  /** How popular events are. */
  eventTaste(nowMs: number): EventTaste {
    this.age(nowMs);
    const growth = this.growth(nowMs);
    return new EventTaste(this.likesOf, growth, this.typicalLikes(growth));
  }

  private growth(nowMs: number): number {
    return 2 ** ((this.originMs - nowMs) / this.halfLifeMs);
  }

  private typicalLikes(growth: number): number {
    return Math.max(1, this.likedEvents === 0 ? 0 : (growth * this.likes) / this.likedEvents);
  }

  /** What a liking counts at the origin; above its value when it began later. */
  private decayed(value: number, sinceMs: number): number {
    return value === 0 ? 0 : value * 2 ** ((sinceMs - this.originMs) / this.halfLifeMs);
  }

  private rawLikes(event: number): number {
    return this.likesOf[event] ?? 0;
  }

  /** Adds to an event's likes; returns what was added, which leaves nothing below zero by rounding. */
  private addLikes(event: number, difference: number): number {
    this.likesOf = withLength(this.likesOf, event + 1);
    const before = this.likesOf[event]!;
    const sum = before + difference;
    const after = sum < 1e-9 * Math.abs(difference) ? 0 : sum;
    this.likesOf[event] = after;
    this.likes += after - before;
    this.likedEvents += (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
    this.tastesMs = Number.NaN;
    return after - before;
  }

  private addToFeatures(event: number, likes: number, events: number): void {
    const { featuresOf, features } = this.catalogue;
    this.likesWith = withLength(this.likesWith, features.size);
    this.eventsWith = withLength(this.eventsWith, features.size);
    const begin = featuresOf.offsets[event]!;
    for (let slot = begin; slot < begin + featuresOf.lengths[event]!; slot++) {
      const feature = featuresOf.columns.feature[slot]!;
      this.likesWith[feature]! += likes;
      this.eventsWith[feature]! += events;
    }
    this.tastesMs = Number.NaN;
  }

  /** 1 for an event that had not ended at the origin, less the longer ago it ended. */
  private presence(event: number): number {
    const endedMs = Math.max(0, this.originMs - this.catalogue.endMs[event]!);
    return 2 ** (-endedMs / this.halfLifeMs);
  }

  /** Moves the origin to `nowMs` when it has become old. */
  private age(nowMs: number): void {
    if (Math.abs(nowMs - this.originMs) < RESCALE_EVERY_MS) return;
    const growth = this.growth(nowMs);
    this.originMs = nowMs;
    this.likes = 0;
    for (let event = 0; event < this.likesOf.length; event++) {
      this.likesOf[event]! *= growth;
      this.likes += this.likesOf[event]!;
    }
    this.recountFeatures();
  }

  private recountFeatures(): void {
    this.likesWith.fill(0);
    this.eventsWith.fill(0);
    for (let event = 0; event < this.catalogue.events.size; event++) {
      if (this.catalogue.isKnown(event)) this.include(event);
    }
  }
}

/** How popular events are at an instant; valid until the next change. */
export class EventTaste {
  constructor(
    /** As of an origin, by number of the event; none of those beyond its end are liked. */
    readonly likesOf: Float64Array,
    /** What these are to be multiplied by to be those of the instant. */
    readonly growth: number,
    /** What an event is liked that is at one half. */
    readonly typical: number,
  ) {}

  /** 0 to 1. */
  of(event: number): number {
    const likes = event < this.likesOf.length ? this.growth * this.likesOf[event]! : 0;
    return likes / (likes + this.typical);
  }
}
