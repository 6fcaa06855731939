/** What has become of an event's plan. */
export type EventStatus = "scheduled" | "cancelled" | "postponed";

/** What the recommender knows of an event, as the events service last told it. What is not known is "" or []. */
export interface Event {
  readonly eventId: string;
  readonly cityId: string;
  readonly venueId: string;
  readonly djIds: readonly string[];
  /** In lower case. */
  readonly genres: readonly string[];
  readonly organiser: string;
  /** Milliseconds since 1970, UTC. */
  readonly startMs: number;
  readonly endMs: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly status: EventStatus;
  /** In the currency's minor unit; undefined when not known. */
  readonly minPriceCents: number | undefined;
  /** ISO 4217 code; "" without a price. */
  readonly currency: string;
  /** When the record last changed. */
  readonly updatedMs: number;
}
