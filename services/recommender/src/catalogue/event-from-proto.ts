import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Event as EventMessage,
  EventStatus as StatusMessage,
} from "@craic/proto/craic/events/v1/event_pb.js";
import type { Event, EventStatus } from "./event.js";

export function eventFromProto(message: EventMessage): Event {
  return {
    eventId: message.eventId,
    cityId: message.cityId,
    venueId: message.venueId,
    djIds: message.djIds,
    genres: message.genres,
    organiser: message.organiser,
    startMs: msOf(message.startTime),
    endMs: msOf(message.endTime),
    timeZone: message.timeZone,
    status: statusOf(message.status),
    minPriceCents: message.minPriceCents === undefined ? undefined : Number(message.minPriceCents),
    currency: message.currency,
    updatedMs: msOf(message.updateTime),
  };
}

/** An event without dates is long over: it is never recommended. */
function msOf(timestamp: Timestamp | undefined): number {
  return timestamp === undefined ? 0 : timestampMs(timestamp);
}

/** A status that a newer release brings is one of which we cannot say that the event takes place. */
function statusOf(status: StatusMessage): EventStatus {
  if (status === StatusMessage.SCHEDULED || status === StatusMessage.UNSPECIFIED) return "scheduled";
  return status === StatusMessage.CANCELLED ? "cancelled" : "postponed";
}
