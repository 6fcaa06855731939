import { RaggedTable } from "@craic/numerics/ragged-table.js";
import { withLength } from "@craic/numerics/typed-array.js";
import { UuidIndex } from "@craic/numerics/uuid-index.js";
import type { Event, EventStatus } from "./event.js";
import { dayOf, featuresOf } from "./event-features.js";
import { FeatureTable } from "./feature-table.js";
import { VenuePlaces } from "./venue-places.js";

/** Numbers of the statuses in `status`; 0 is an event that only feedback has told of. */
const statusNumbers: Readonly<Record<EventStatus, number>> = { scheduled: 1, cancelled: 2, postponed: 3 };
export const SCHEDULED = statusNumbers.scheduled;

/** How long the list of a city's events ahead is used before those that have ended are taken out of it. */
const PRUNE_EVERY_MS = 10 * 60_000;

interface CityList {
  readonly events: Uint32Array;
  readonly madeMs: number;
}

/** Every event ever seen, in flat arrays. Events are known here by number; the arrays' index is that number. */
export class Catalogue {
  readonly events = new UuidIndex();
  readonly features = new FeatureTable();
  readonly places = new VenuePlaces(this.features);
  startMs = new Float64Array(0);
  endMs = new Float64Array(0);
  status = new Uint8Array(0);
  /** Number of the day on which it begins, at its own place. */
  dayOf = new Int32Array(0);
  /** Number of the event's city. */
  cityOf = new Uint32Array(0);
  /**
   * Row e has the features of event e, ordered by kind; `share` is 1/√m for the m features of a kind, so that
   * a long line-up neither drowns the rest nor counts for less than one artist.
   */
  readonly featuresOf = new RaggedTable({ feature: Uint32Array, share: Float32Array });
  private readonly eventIds: (string | undefined)[] = [];
  private readonly cityNumbers = new Map<string, number>();
  private readonly cityIds: string[] = [];
  private readonly inCity = new RaggedTable({ event: Uint32Array });
  private readonly ahead: (CityList | undefined)[] = [];

  /** How many events the events service has told of. */
  known = 0;

  /** The event's number, a new one if nobody has spoken of it yet. */
  eventNumber(eventId: string): number {
    return this.withRoom(this.events.add(eventId));
  }

  /** The same, from the 16 bytes of its id. */
  eventNumberOfBytes(eventId: Uint8Array): number {
    return this.withRoom(this.events.addBytes(eventId));
  }

  /** The event's id. Kept once it was asked for: what is shown is shown again and again. */
  eventIdOf(event: number): string {
    let eventId = this.eventIds[event];
    if (eventId === undefined) {
      eventId = this.events.uuidAt(event);
      this.eventIds[event] = eventId;
    }
    return eventId;
  }

  /** Whether the events service has told of this event; −1 is none. */
  isKnown(event: number): boolean {
    return event >= 0 && this.status[event] !== 0;
  }

  /** Whether an event takes place as announced, as far as is known. */
  isOn(event: number): boolean {
    return this.status[event] === SCHEDULED;
  }

  /** Takes an event in, or its newest state. Returns its number. */
  upsert(event: Event): number {
    const number = this.eventNumber(event.eventId);
    const city = this.cityNumber(event.cityId);
    if (!this.isKnown(number)) {
      this.known++;
      this.addToCity(city, number);
    } else if (this.cityOf[number] !== city) {
      this.removeFromCity(number);
      this.addToCity(city, number);
    }
    this.startMs[number] = event.startMs;
    this.endMs[number] = event.endMs;
    this.dayOf[number] = dayOf(event);
    this.status[number] = statusNumbers[event.status];
    this.replaceFeatures(number, event);
    this.ahead[city] = undefined;
    return number;
  }

  /** The events of a city that had not ended at `nowMs`, and perhaps some that have; by start, then by id. */
  aheadIn(cityId: string, nowMs: number): Uint32Array {
    const city = this.cityNumbers.get(cityId);
    if (city === undefined) return new Uint32Array(0);
    let list = this.ahead[city];
    if (list === undefined || nowMs < list.madeMs || nowMs > list.madeMs + PRUNE_EVERY_MS) {
      const events = this.everIn(city).filter((event) => this.endMs[event]! > nowMs);
      events.sort((a, b) => this.startMs[a]! - this.startMs[b]! || this.events.compare(a, b));
      list = { events, madeMs: nowMs };
      this.ahead[city] = list;
    }
    return list.events;
  }

  /** Every event ever announced in a city, by number of the city. */
  everIn(city: number): Uint32Array {
    const begin = this.inCity.offsets[city]!;
    return this.inCity.columns.event.subarray(begin, begin + this.inCity.lengths[city]!);
  }

  /** The city's number; −1 when nothing was ever announced there. */
  findCity(cityId: string): number {
    return this.cityNumbers.get(cityId) ?? -1;
  }

  /** The city of an event that the events service has told of. */
  cityIdOf(event: number): string {
    return this.cityIds[this.cityOf[event]!]!;
  }

  private withRoom(number: number): number {
    if (number >= this.status.length) {
      const length = number + 1;
      this.startMs = withLength(this.startMs, length);
      this.endMs = withLength(this.endMs, length);
      this.dayOf = withLength(this.dayOf, length);
      this.status = withLength(this.status, length);
      this.cityOf = withLength(this.cityOf, length);
      this.featuresOf.ensureRows(length);
    }
    return number;
  }

  private cityNumber(cityId: string): number {
    let number = this.cityNumbers.get(cityId);
    if (number === undefined) {
      number = this.cityNumbers.size;
      this.cityNumbers.set(cityId, number);
      this.cityIds.push(cityId);
      this.inCity.ensureRows(number + 1);
    }
    return number;
  }

  private addToCity(city: number, event: number): void {
    const slot = this.inCity.append(city);
    this.inCity.columns.event[slot] = event;
    this.cityOf[event] = city;
  }

  private removeFromCity(event: number): void {
    const city = this.cityOf[event]!;
    this.inCity.remove(city, this.inCity.offsets[city]! + this.everIn(city).indexOf(event));
    this.ahead[city] = undefined;
  }

  private replaceFeatures(number: number, event: Event): void {
    const { features, featuresOf: table } = this;
    const begin = table.offsets[number]!;
    for (let slot = begin; slot < begin + table.lengths[number]!; slot++) {
      features.eventsWith[table.columns.feature[slot]!]! -= 1;
    }
    table.clear(number);
    const found = featuresOf(event);
    for (const feature of found) {
      const ofKind = found.filter(({ kind }) => kind === feature.kind).length;
      const featureNumber = features.add(feature);
      const slot = table.append(number);
      table.columns.feature[slot] = featureNumber;
      table.columns.share[slot] = 1 / Math.sqrt(ofKind);
      features.eventsWith[featureNumber]! += 1;
    }
  }
}
