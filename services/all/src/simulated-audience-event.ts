import type { Source } from "@craic/proto/craic/catalogue/v1/source_pb.js";
import type { EventRecord } from "@craic/proto/craic/events/v1/event_pb.js";

/** What the simulation needs to know of an event; thousands of them are held at a time. */
export interface AudienceEvent {
  /** Empty until the event is stored. */
  eventId: string;
  readonly cityId: string;
  readonly genres: readonly string[];
  /** References to the artists, each in any form that tells one from another. */
  readonly artists: readonly string[];
  /** Reference to the venue; empty when it is not known. */
  readonly venue: string;
  readonly organiser: string;
  readonly minPriceCents: number | undefined;
}

export function audienceEvent(event: EventRecord): AudienceEvent {
  const { cityId, genres, djs, venue, organiser, minPriceCents } = event;
  return {
    eventId: "",
    cityId,
    genres,
    artists: djs.map(keyOf),
    venue: venue === undefined ? "" : keyOf(venue),
    organiser,
    minPriceCents: minPriceCents === undefined ? undefined : Number(minPriceCents),
  };
}

function keyOf({ name, externalId }: Source): string {
  return `${name}:${externalId}`;
}
