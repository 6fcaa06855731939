import type { ImportEntry } from "@craic/runtime/import-lines.js";
import type { Event, EventContent } from "./event.js";

/** Narrows a list; what is undefined, "" or [] does not. */
export interface EventFilter {
  readonly cityId: string;
  readonly startingBefore: Date | undefined;
  /** Any of these, in lower case. */
  readonly genres: readonly string[];
  /** LIKE patterns over the search text; see runtime's search-text. */
  readonly patterns: readonly string[];
  readonly venueId: string;
  readonly djId: string;
}

/** Start in milliseconds and id of the last event of a page. */
export type EventCursor = readonly [startMs: number, eventId: string];

/** How many events ahead there are of one kind. */
export interface Count {
  readonly name: string;
  readonly eventsAhead: number;
}

/** What became of a change: `position` is its number, or the last of its numbers; undefined if nothing changed. */
export interface Saved {
  /** Content hash before, of each record that was known. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly position: number | undefined;
}

/** An event, and where it stands in the order of all changes. */
export interface EventChange {
  readonly event: Event;
  readonly position: number;
}

/** How far the order of changes has come. */
export interface Counter {
  readonly position: number;
  /** Tells this database from another. */
  readonly epoch: string;
}

/** Keeps the calendar. */
export interface EventStore {
  /** Events by id, each once, in the order of first mention; those that are not known are left out. */
  find(eventIds: readonly string[]): Promise<Event[]>;
  /** Scheduled events that end after `endingAfter`, by start and id, from after the cursor on. */
  list(
    filter: EventFilter,
    endingAfter: Date,
    after: EventCursor | undefined,
    limit: number,
  ): Promise<Event[]>;
  /** Genres of the scheduled events ahead, the most frequent first; cityId "" means everywhere. */
  countByGenre(cityId: string, now: Date): Promise<Count[]>;
  /** Cities of the scheduled events ahead, the one with most first. */
  countByCity(now: Date): Promise<Count[]>;
  /** Stores what is new or differs, all or nothing. */
  save(entries: readonly ImportEntry<EventContent>[], now: Date): Promise<Saved>;
  /** Cancels an event for good; the number of the change, undefined if it was cancelled or is not known. */
  cancel(eventId: string, now: Date): Promise<number | undefined>;
  /** Events changed after a position, in the order of their last change. */
  changesAfter(position: number, limit: number): Promise<EventChange[]>;
  counter(): Promise<Counter>;
}
