import { DAY_MS } from "../attendance-split.js";
import type { ItemDetails } from "../data-set.js";
import { type Attendance, Attendances } from "./attendances.js";
import { Company } from "./company.js";
import { Draw } from "./draw.js";
import { type EventTraits, traitKinds } from "./event-traits.js";
import type { EventVectors } from "./event-vectors.js";
import { followedKinds, Succession } from "./succession.js";
import { TitleLikeness } from "./title-likeness.js";
import { FARTHEST, felt, Whereabouts } from "./whereabouts.js";

/** The kinds of trait that a person's own past and that of people like them speak about. */
const ownKinds = ["organiser", "country", "region", "circuit", "town", "series", "tag"] as const;
const companyKinds = ["organiser", "region", "town", "series"] as const;
/** How far a person's past places reach, kilometres: a day out, a weekend, a journey. */
const RADII_KM = [100, 300, 1_000] as const;

/** Where terms come from; each source can be left out. */
export const termSources = ["own", "title", "next", "company", "near", "draw", "vector"] as const;
export type TermSource = (typeof termSources)[number];

/** The terms of a score, as source.term, in the order in which they are written. */
export const termNames = [
  ...ownKinds.map((kind) => `own.${kind}` as const),
  "own.lastOrganiser",
  "title.likeness",
  ...followedKinds.map((kind) => `next.${kind}` as const),
  ...companyKinds.map((kind) => `company.${kind}` as const),
  ...RADII_KM.map((km) => `near.${km}km` as const),
  "near.nearest",
  "near.unlocated",
  "draw.size",
  "draw.sizeFar",
  "draw.sizeUnlocated",
  "draw.reach",
  "vector.likeness",
] as const;

const placeOf = Object.fromEntries(termNames.map((name, i) => [name, i])) as Record<
  (typeof termNames)[number],
  number
>;
/** By kind of trait: place of the term that it counts in; −1 for none. */
const ownTerm = placesByKind((kind) => placeOf[`own.${kind}` as "own.tag"]);
const nextTerm = placesByKind((kind) => placeOf[`next.${kind}` as "next.town"]);
const companyTerm = placesByKind((kind) => placeOf[`company.${kind}` as "company.town"]);
const LAST_ORGANISER = traitKinds.indexOf("organiser");
const COUNTRY = traitKinds.indexOf("country");

/** The newest events of a person's past; older ones count for too little to be worth their time. */
const OWN_EVENTS = 40;
/** Events of nothing in particular that every past is mixed with, so that one event does not make a habit. */
const PRIOR_EVENTS = 0.5;
/** What draws people changes slowly. */
const LEARN_DRAW_EVERY_MS = 60 * DAY_MS;
/** Brings log(1 + people) and felt distances to about 1. */
const SIZE_UNIT = 3;
const DISTANCE_UNIT = 3;

/**
 * What speaks for an event that nobody has been to yet, for one person: terms of a weighted sum, nearly all of them
 * 0 to 1. With r_i = 2^(−age/halfLife) of the person's past events i and n = Σ r_i:
 *
 *     own(f)      = Σ_{i has f} r_i / (n + ½)                 their habits: organiser, place, series, tags
 *     title       = how like the title is to one of theirs, at most
 *     next(f)     = where people go who have been where they have been (succession.ts)
 *     company(f)  = own(f) of the people that they have met most (company.ts)
 *     near(d)     = Σ_i r_i exp(−km_i / d) / (n + ½), and the nearest of their places, on a logarithmic scale
 *     draw        = how many people it should draw; the same where it is far from theirs, or nobody knows where; and
 *                   by how much it is farther than its guests usually come (draw.ts)
 *     vector      = Σ_i r_i v_i·v / (n + ½), v the events' learned vectors (event-vectors.ts)
 *
 * Nothing of the event's own attendance goes in. The object is scratch: `begin`, then `write` for each event.
 */
export class EventTerms {
  private readonly attendances: Attendances;
  private readonly whereabouts: Whereabouts;
  private readonly succession: Succession;
  private readonly draw: Draw;
  private readonly company: Company;
  private readonly titles: TitleLikeness;
  private past: readonly Attendance[] = [];
  private readonly weights: number[] = [];
  private total = 0;
  private own = new Map<number, number>();
  /** Σ_i r_i v_i / (n + ½), v_i the vectors of the person's past events. */
  private readonly direction: Float64Array;
  private ofCompany: ReadonlyMap<number, number> = new Map();
  private drawLearnedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly traits: EventTraits,
    details: readonly ItemDetails[],
    private readonly vectors: EventVectors,
    people: number,
    private readonly halfLifeMs: number,
  ) {
    const startMs = Float64Array.from(details, ({ event }) => event?.startMs ?? 0);
    this.attendances = new Attendances(people, details.length);
    this.whereabouts = new Whereabouts(details);
    this.succession = new Succession(traits);
    this.draw = new Draw(traits, this.whereabouts, startMs);
    this.company = new Company(traits, this.attendances);
    this.titles = new TitleLikeness(traits);
    this.direction = new Float64Array(vectors.dimension);
  }

  /** Takes in that somebody went to an event. */
  observe(person: number, event: number, timeMs: number): void {
    this.succession.add(this.attendances.of(person), event);
    this.attendances.add(person, event, timeMs);
  }

  /** Reads what is known of a person. */
  begin(person: number, nowMs: number): void {
    if (nowMs >= this.drawLearnedMs + LEARN_DRAW_EVERY_MS) {
      this.draw.learn(this.attendances, nowMs);
      this.drawLearnedMs = nowMs;
    }
    this.past = this.attendances.of(person).slice(-OWN_EVENTS);
    this.weights.length = 0;
    this.total = PRIOR_EVENTS;
    this.own = new Map();
    for (const { event, timeMs } of this.past) {
      const weight = 2 ** ((timeMs - nowMs) / this.halfLifeMs);
      this.weights.push(weight);
      this.total += weight;
      for (const trait of this.traits.of[event]!) this.own.set(trait, (this.own.get(trait) ?? 0) + weight);
    }
    this.direction.fill(0);
    for (const [i, { event }] of this.past.entries()) {
      const vector = this.vectors.of(event);
      const share = this.weights[i]! / this.total;
      for (let f = 0; f < vector.length; f++) this.direction[f]! += share * vector[f]!;
    }
    for (const [trait, sum] of this.own) this.own.set(trait, sum / this.total);
    this.ofCompany = this.company.habitsAround(person, this.past, this.weights);
  }

  /** Writes the terms of an event into `into`, from `offset` on. */
  write(event: number, into: Float32Array | Float64Array, offset: number): void {
    into.fill(0, offset, offset + termNames.length);
    this.writeTraits(event, into, offset);
    into[offset + placeOf["title.likeness"]] = this.titles.nearest(this.past, event);
    this.writePlace(event, into, offset);
    const vector = this.vectors.of(event);
    let dot = 0;
    for (let f = 0; f < vector.length; f++) dot += vector[f]! * this.direction[f]!;
    into[offset + placeOf["vector.likeness"]] = dot;
  }

  private writeTraits(event: number, into: Float32Array | Float64Array, offset: number): void {
    const { of, shares, kindOf } = this.traits;
    const traits = of[event]!;
    for (let i = 0; i < traits.length; i++) {
      const trait = traits[i]!;
      const kind = kindOf[trait]!;
      const share = shares[event]![i]!;
      if (ownTerm[kind]! >= 0) into[offset + ownTerm[kind]!]! += share * (this.own.get(trait) ?? 0);
      if (nextTerm[kind]! >= 0) {
        into[offset + nextTerm[kind]!] = this.succession.likelihood(this.own, trait);
      }
      if (companyTerm[kind]! >= 0) {
        into[offset + companyTerm[kind]!]! += share * (this.ofCompany.get(trait) ?? 0);
      }
    }
    const last = this.past.at(-1);
    if (last !== undefined && this.haveSame(LAST_ORGANISER, last.event, event)) {
      into[offset + placeOf["own.lastOrganiser"]] = 1;
    }
  }

  private writePlace(event: number, into: Float32Array | Float64Array, offset: number): void {
    let nearestKm = Number.POSITIVE_INFINITY;
    for (const [i, { event: past }] of this.past.entries()) {
      const km = this.whereabouts.kmBetween(past, event);
      if (Number.isNaN(km)) continue;
      nearestKm = Math.min(nearestKm, km);
      const share = this.weights[i]! / this.total;
      for (const [r, radius] of RADII_KM.entries()) {
        into[offset + placeOf["near.100km"] + r]! += share * Math.exp(-km / radius);
      }
    }
    const size = this.draw.sizeOf(event) / SIZE_UNIT;
    into[offset + placeOf["draw.size"]] = size;
    if (nearestKm < Number.POSITIVE_INFINITY) {
      const distance = felt(nearestKm);
      into[offset + placeOf["near.nearest"]] = 1 - distance / FARTHEST;
      into[offset + placeOf["draw.sizeFar"]] = (size * distance) / FARTHEST;
      const farther = Math.max(0, distance - this.draw.journeyTo(event));
      into[offset + placeOf["draw.reach"]] = -farther / DISTANCE_UNIT;
    } else if (!this.whereabouts.isKnown(event)) {
      into[offset + placeOf["near.unlocated"]] = 1;
      into[offset + placeOf["draw.sizeUnlocated"]] = size * this.shareOf(COUNTRY, event);
    }
  }

  /** What part of the person's past has the event's trait of a kind of which it has one. */
  private shareOf(kind: number, event: number): number {
    const trait = this.traits.of[event]!.find((each) => this.traits.kindOf[each] === kind);
    return trait === undefined ? 0 : (this.own.get(trait) ?? 0);
  }

  private haveSame(kind: number, a: number, b: number): boolean {
    const { of, kindOf } = this.traits;
    return of[a]!.some((trait) => kindOf[trait] === kind && of[b]!.includes(trait));
  }
}

function placesByKind(place: (kind: string) => number | undefined): Int8Array {
  return Int8Array.from(traitKinds, (kind) => place(kind) ?? -1);
}
