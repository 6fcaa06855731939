import { Catalogue } from "../catalogue/catalogue.js";
import type { Event } from "../catalogue/event.js";
import type { PlacedVenue } from "../catalogue/venue-places.js";
import { Behaviour } from "../feedback/behaviour.js";
import type { FeedbackKind } from "../feedback/feedback.js";
import { LastChanges } from "../feedback/last-changes.js";
import { AheadTables } from "./ahead-table.js";
import { Crowd } from "./crowd.js";
import { LikedTogether } from "./liked-together.js";

/** All that is ranked from, in memory: events, what people did with them, and what everybody likes lately. */
export class LiveState {
  /** One for each half-life in use; a new model seldom brings another. */
  private readonly crowds = new Map<number, Crowd>();
  readonly changes = new LastChanges();
  /** What lies ahead in each city, laid out for scoring. */
  readonly ahead: AheadTables;
  readonly likedTogether: LikedTogether;

  constructor(
    readonly catalogue = new Catalogue(),
    readonly behaviour = new Behaviour(),
  ) {
    this.ahead = new AheadTables(catalogue);
    this.likedTogether = new LikedTogether(catalogue, behaviour);
  }

  /** The same events and people, before anybody did anything. Events must only be added to one of the two. */
  beforeAnything(): LiveState {
    return new LiveState(this.catalogue, new Behaviour(this.behaviour.users));
  }

  applyEvent(event: Event): void {
    const number = this.catalogue.eventNumber(event.eventId);
    for (const crowd of this.crowds.values()) crowd.forget(number);
    if (this.catalogue.isKnown(number)) this.changes.ofCity(this.catalogue.cityOf[number]!);
    const endedMs = this.catalogue.endMs[number];
    this.catalogue.upsert(event);
    if (this.catalogue.endMs[number] !== endedMs) this.likedTogether.move(number);
    this.changes.ofEvent(number);
    this.changes.ofCity(this.catalogue.cityOf[number]!);
    for (const crowd of this.crowds.values()) crowd.include(number);
  }

  /** Takes in where a venue is. */
  applyVenue(venue: PlacedVenue): void {
    if (!this.catalogue.places.put(venue)) return;
    const city = this.catalogue.findCity(venue.cityId);
    if (city >= 0) this.changes.ofCity(city);
  }

  /** @param user and @param event by their numbers in `behaviour` and `catalogue` */
  applyFeedback(user: number, event: number, kind: FeedbackKind, occurMs: number): void {
    const { before, after, isNews } = this.behaviour.apply(user, event, kind, occurMs);
    if (!isNews) return;
    this.changes.ofUser(user);
    this.changes.ofLiking(before.value, after.value);
    if (after.value < before.value) this.changes.ofEvent(event);
    if (after.value !== before.value) this.likedTogether.change(user, event);
    for (const crowd of this.crowds.values()) crowd.change(event, before, after);
  }

  /** The crowd whose likes fade with this half-life, made if nobody has asked for it yet. */
  crowd(halfLifeMs: number, nowMs: number): Crowd {
    let crowd = this.crowds.get(halfLifeMs);
    if (crowd === undefined) {
      crowd = new Crowd(this.catalogue, this.behaviour, halfLifeMs, nowMs);
      this.crowds.set(halfLifeMs, crowd);
    }
    return crowd;
  }

  /** Gives up the crowds that no model in use asks for. */
  keepCrowds(halfLives: ReadonlySet<number>): void {
    for (const halfLifeMs of this.crowds.keys())
      if (!halfLives.has(halfLifeMs)) this.crowds.delete(halfLifeMs);
  }
}
