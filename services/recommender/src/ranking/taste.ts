import { Accumulator } from "@craic/numerics/accumulator.js";
import { NearestRows, type Neighbours } from "@craic/numerics/nearest-rows.js";
import { withLength } from "@craic/numerics/typed-array.js";
import { type FeatureKind, featureKinds } from "../catalogue/event-features.js";
import type { LiveState } from "./live-state.js";
import { daysToMs, type RankingParameters } from "./ranking-model.js";

/** What a person says they like. */
export interface Preferences {
  readonly genres: readonly string[];
  readonly djIds: readonly string[];
}

export const noPreferences: Preferences = { genres: [], djIds: [] };

/** A person to rank for: somebody of `behaviour`, or −1 for somebody who has done nothing yet or is not known. */
export interface Person {
  readonly user: number;
  readonly preferences: Preferences;
}

// What bounds the work of one request, whatever a person has done: the newest count.
const OWN_PAIRS = 1_000;
const LIKES_TO_COMPARE = 64;
const PEOPLE_PER_EVENT = 128;
const LIKES_PER_NEIGHBOUR = 40;

/** Total similarity that counts as half a crowd: few or distant neighbours are not believed as much as many. */
const NEIGHBOUR_SHRINKAGE = 1;
/** How many hidden events with a feature, and no liked ones, make half of the most that the feature is disliked. */
const DISLIKE_SHRINKAGE = 2;
/** Share of the score that a feature can cost at most by being disliked; an artist says more than a genre. */
const MOST_DISLIKE: Readonly<Partial<Record<FeatureKind, number>>> = {
  artist: 0.6,
  venue: 0.3,
  organiser: 0.3,
  genre: 0.2,
};
const mostDislikeOf = Float64Array.from(featureKinds, (kind) => MOST_DISLIKE[kind] ?? 0);

/**
 * What is known of one person's taste, read from their behaviour as it is now and so from their newest
 * feedback too. With r_i = liking of event i, faded by 2^(−age/halfLife), and n = Σ r_i:
 *
 *     own(f)        = Σ_{i has f} r_i / (n + c)     share of their likes with feature f, c likes of nothing added
 *     preferred(f)  = m / (n + c)                   if they asked for f: m likes that fade as behaviour comes in
 *     neighbours(f) = Σ_v sim(u, v) own_v(f) / (Σ_v sim(u, v) + 1)
 *     neighbourEvents(e) = Σ_v sim(u, v) r_ve / (Σ_v sim(u, v) + 1)
 *     dislike(f)    = most_kind · max(0, h − l) / (h + l + 2)    h hidden and l liked events have f
 *     passedOver(e) = visits on which e was on their screen and they did nothing with it
 *
 * c is priorLikes and m is preferenceLikes: behaviour counts n / (n + c), preferences m / (n + c). More
 * evidence for a feature never lowers it. Source of own(f): additive smoothing (Lidstone).
 *
 * The object is scratch: `read`, use, `clear`.
 */
export class Taste {
  /** By number of the feature. */
  readonly own = new Accumulator();
  readonly preferred = new Accumulator();
  readonly neighbours = new Accumulator();
  readonly dislike = new Accumulator();
  /** By number of the event. */
  readonly neighbourEvents = new Accumulator();
  /** What a liked event adds to own(f) of each of its features: it must not speak for itself. */
  readonly ownLikings = new Accumulator();
  /** The events that the person likes, oldest interaction first; the first `likedCount` of these. */
  liked = new Uint32Array(0);
  likings = new Float64Array(0);
  likedCount = 0;
  /** The same ones' slots in `behaviour.pairs`. */
  private likedSlots = new Uint32Array(0);
  private newestFirst: { readonly slots: Uint32Array; readonly events: Uint32Array } | undefined;
  /** The people most like the person. */
  people: Neighbours = { rows: new Uint32Array(0), similarities: new Float64Array(0) };
  /** 1 for events that the person has saved or hidden. */
  handled = new Uint8Array(0);
  /** 1 for events whose score is made of more than their features: the person or people like them met these very ones. */
  isSingular = new Uint8Array(0);
  /** By number of the event: on how many visits the person passed it over. */
  readonly passedOver = new Accumulator();
  /** By number of the event: what it adds to neighbours(f) of each of its features. */
  private heard = new Float64Array(0);
  /** By number of the event: number of the newest question of `likesOfAny` that it was among the answers to. */
  private likedInAnswer = new Uint32Array(0);
  private answers = 0;
  /** By number of the user: 1 + place among `people`, 0 for everybody else. */
  private placeOf = new Uint16Array(0);
  private person: Person = { user: -1, preferences: noPreferences };
  private readonly nearest = new NearestRows();

  constructor(private readonly state: LiveState) {}

  /** Number of the person's user; −1 for nobody in particular. */
  get user(): number {
    return this.person.user;
  }

  read(person: Person, parameters: RankingParameters, nowMs: number): void {
    const { catalogue } = this.state;
    this.person = person;
    for (const vector of [this.own, this.preferred, this.neighbours, this.dislike]) {
      vector.reserve(catalogue.features.size);
    }
    this.neighbourEvents.reserve(catalogue.events.size);
    this.ownLikings.reserve(catalogue.events.size);
    this.passedOver.reserve(catalogue.events.size);
    this.handled = withLength(this.handled, catalogue.events.size);
    this.isSingular = withLength(this.isSingular, catalogue.events.size);
    this.heard = withLength(this.heard, catalogue.events.size);
    this.likedInAnswer = withLength(this.likedInAnswer, catalogue.events.size);
    const likes = person.user < 0 ? 0 : this.readPairs(person.user, parameters, nowMs);
    const prior = likes + parameters.priorLikes;
    this.own.scale(1 / prior);
    this.ownLikings.scale(1 / prior);
    this.readPreferences(person.preferences, parameters.preferenceLikes / prior);
    if (this.likedCount > 0) this.readNeighbours(person.user, parameters);
    this.markSingular(1);
  }

  clear(): void {
    this.markSingular(0);
    const vectors = [
      this.own,
      this.preferred,
      this.neighbours,
      this.dislike,
      this.neighbourEvents,
      this.ownLikings,
      this.passedOver,
    ];
    for (const vector of vectors) vector.clear();
    this.markHandled(this.person.user, 0);
    this.likedCount = 0;
    this.newestFirst = undefined;
    for (const user of this.people.rows) this.placeOf[user] = 0;
    this.people = { rows: new Uint32Array(0), similarities: new Float64Array(0) };
  }

  /** Slots in `behaviour.pairs` of what the person likes, what they came to like last first. */
  likedNewestFirst(): Uint32Array {
    this.newestFirst ??= this.inOrder();
    return this.newestFirst.slots;
  }

  /** The events of these slots. */
  likedEventsNewestFirst(): Uint32Array {
    this.newestFirst ??= this.inOrder();
    return this.newestFirst.events;
  }

  /** Those of `people` who like an event, the nearest first. */
  likersAmongPeople(event: number): Uint32Array {
    const { offsets, lengths, columns } = this.state.behaviour.likers;
    const places: number[] = [];
    const end = event < lengths.length ? offsets[event]! + lengths[event]! : 0;
    for (let slot = end === 0 ? 0 : offsets[event]!; slot < end; slot++) {
      const place = this.placeOf[columns.user[slot]!] ?? 0;
      if (place > 0) places.push(place - 1);
    }
    return Uint32Array.from(
      places.sort((a, b) => a - b),
      (place) => this.people.rows[place]!,
    );
  }

  private inOrder(): { slots: Uint32Array; events: Uint32Array } {
    const { behaviour } = this.state;
    const { event } = behaviour.pairs.columns;
    const slots = this.likedSlots
      .slice(0, this.likedCount)
      .sort((a, b) => behaviour.likedSinceMs(b) - behaviour.likedSinceMs(a) || event[a]! - event[b]!);
    return { slots, events: slots.map((slot) => event[slot]!) };
  }

  /** A test for whether any of these people likes an event; good until the next is asked for. */
  likesOfAny(people: Uint32Array): (event: number) => boolean {
    const { behaviour } = this.state;
    const { offsets, lengths, columns } = behaviour.pairs;
    const { likedInAnswer } = this;
    const answer = ++this.answers;
    for (let i = 0; i < people.length; i++) {
      const begin = offsets[people[i]!]!;
      const end = begin + lengths[people[i]!]!;
      for (let slot = begin; slot < end; slot++) {
        if (behaviour.valueAt(slot) > 0) likedInAnswer[columns.event[slot]!] = answer;
      }
    }
    return (event) => likedInAnswer[event] === answer;
  }

  /** Reads what the person likes and dislikes; returns n, the sum of their likings. */
  private readPairs(user: number, parameters: RankingParameters, nowMs: number): number {
    const { behaviour } = this.state;
    const { offsets, lengths, columns } = behaviour.pairs;
    const end = offsets[user]! + lengths[user]!;
    const begin = Math.max(offsets[user]!, end - OWN_PAIRS);
    const halfLifeMs = daysToMs(parameters.tasteHalfLifeDays);
    this.liked = withLength(this.liked, end - begin);
    this.likings = withLength(this.likings, end - begin);
    this.likedSlots = withLength(this.likedSlots, end - begin);
    let likes = 0;
    for (let slot = begin; slot < end; slot++) {
      const event = columns.event[slot]!;
      if (behaviour.isHiddenAt(slot)) this.addFeatures(event, 1, this.dislike);
      const visits = behaviour.passedOverAt(slot);
      if (visits > 0) this.passedOver.add(event, visits);
      const value = behaviour.valueAt(slot);
      if (value === 0) continue;
      this.liked[this.likedCount] = event;
      this.likedSlots[this.likedCount] = slot;
      this.likings[this.likedCount++] = value;
      const faded = value * 2 ** (Math.min(0, behaviour.likedSinceMs(slot) - nowMs) / halfLifeMs);
      likes += faded;
      this.ownLikings.add(event, faded);
      this.addFeatures(event, faded, this.own);
    }
    this.markHandled(user, 1);
    this.settleDislikes();
    return likes;
  }

  /** Turns the counts of hidden events into what they cost, while `own` still holds sums of likings. */
  private settleDislikes(): void {
    const { touched, values, count } = this.dislike;
    const { kindOf } = this.state.catalogue.features;
    for (let i = 0; i < count; i++) {
      const feature = touched[i]!;
      const hidden = values[feature]!;
      const liked = this.own.values[feature]!;
      const net = Math.max(0, hidden - liked) / (hidden + liked + DISLIKE_SHRINKAGE);
      values[feature] = mostDislikeOf[kindOf[feature]!]! * net;
    }
  }

  private readPreferences({ genres, djIds }: Preferences, strength: number): void {
    const { features } = this.state.catalogue;
    const numbers = [
      ...genres.map((key) => features.find({ kind: "genre", key: key.toLowerCase() })),
      ...djIds.map((key) => features.find({ kind: "artist", key })),
    ];
    for (const feature of new Set(numbers)) if (feature >= 0) this.preferred.add(feature, strength);
  }

  private readNeighbours(user: number, parameters: RankingParameters): void {
    const { likers, squaredNorms } = this.state.behaviour;
    const newest = Math.max(0, this.likedCount - LIKES_TO_COMPARE);
    const query = {
      row: user,
      columns: this.liked.subarray(newest, this.likedCount),
      values: this.likings.subarray(newest, this.likedCount),
      count: this.likedCount - newest,
    };
    const byEvent = {
      offsets: likers.offsets,
      lengths: likers.lengths,
      indices: likers.columns.user,
      values: likers.columns.liking,
    };
    this.people = this.nearest.search(query, byEvent, squaredNorms, parameters.neighbourShrinkage, {
      neighbours: parameters.neighbours,
      rowsPerColumn: PEOPLE_PER_EVENT,
    });
    this.placeOf = withLength(this.placeOf, squaredNorms.length);
    const { rows, similarities } = this.people;
    let total = 0;
    for (let i = 0; i < rows.length; i++) {
      total += similarities[i]!;
      this.placeOf[rows[i]!] = i + 1;
      this.listenTo(rows[i]!, similarities[i]!, parameters.priorLikes);
    }
    // People who are alike like the same events: the features of each are looked at once.
    const { touched, count } = this.neighbourEvents;
    for (let i = 0; i < count; i++) {
      this.addFeatures(touched[i]!, this.heard[touched[i]!]!, this.neighbours);
      this.heard[touched[i]!] = 0;
    }
    this.neighbours.scale(1 / (total + NEIGHBOUR_SHRINKAGE));
    this.neighbourEvents.scale(1 / (total + NEIGHBOUR_SHRINKAGE));
  }

  private listenTo(neighbour: number, similarity: number, priorLikes: number): void {
    const { behaviour } = this.state;
    const { offsets, lengths, columns } = behaviour.pairs;
    const end = offsets[neighbour]! + lengths[neighbour]!;
    const begin = Math.max(offsets[neighbour]!, end - LIKES_PER_NEIGHBOUR);
    let likes = 0;
    for (let slot = begin; slot < end; slot++) likes += behaviour.valueAt(slot);
    const perLike = similarity / (likes + priorLikes);
    for (let slot = begin; slot < end; slot++) {
      const value = behaviour.valueAt(slot);
      if (value === 0) continue;
      const event = columns.event[slot]!;
      this.neighbourEvents.add(event, similarity * value);
      this.heard[event]! += perLike * value;
    }
  }

  private addFeatures(event: number, amount: number, to: Accumulator): void {
    const { offsets, lengths, columns } = this.state.catalogue.featuresOf;
    to.addEach(columns.feature, offsets[event]!, offsets[event]! + lengths[event]!, amount);
  }

  private markHandled(user: number, mark: 0 | 1): void {
    if (user < 0) return;
    const { behaviour } = this.state;
    const { offsets, lengths, columns } = behaviour.pairs;
    for (let slot = offsets[user]!; slot < offsets[user]! + lengths[user]!; slot++) {
      if (mark === 0 || behaviour.isHandledAt(slot)) this.handled[columns.event[slot]!] = mark;
    }
  }

  private markSingular(mark: 0 | 1): void {
    for (const { touched, count } of [this.ownLikings, this.passedOver, this.neighbourEvents]) {
      for (let i = 0; i < count; i++) this.isSingular[touched[i]!] = mark;
    }
  }
}
