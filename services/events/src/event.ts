/** Where a record comes from. */
export interface Source {
  readonly name: string;
  readonly externalId: string;
  /** Credit line; "" when none is asked for. */
  readonly attribution: string;
}

export type EventStatus = "scheduled" | "cancelled" | "postponed";

/**
 * The longest an event may last. It is also what lets a store find what is on at an instant by start alone:
 * whatever began earlier than this is over.
 */
export const MAX_EVENT_DAYS = 120;

/** An event as its source describes it. What is not known is "", [] or undefined. */
export interface EventContent {
  readonly source: Source;
  readonly title: string;
  readonly description: string;
  readonly start: Date;
  readonly end: Date;
  /** IANA name. */
  readonly timeZone: string;
  readonly cityId: string;
  readonly venueId: string;
  /** In order of billing. */
  readonly djIds: readonly string[];
  /** In lower case, the most telling first. */
  readonly genres: readonly string[];
  readonly minPriceCents: number | undefined;
  /** ISO 4217 code; "" without a price. */
  readonly currency: string;
  readonly url: string;
  readonly status: EventStatus;
  /** When the past event took place that this one is a sample of. */
  readonly originalStart: Date | undefined;
  readonly organiser: string;
}

/** An event as the calendar keeps it. */
export interface Event extends EventContent {
  readonly eventId: string;
  /** When the record last changed. */
  readonly updated: Date;
}
