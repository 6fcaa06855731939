import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type Event as EventMessage,
  EventSchema,
  EventStatus as StatusMessage,
} from "@craic/proto/craic/events/v1/event_pb.js";
import type { Event, EventStatus } from "./event.js";

const STATUS: Readonly<Record<EventStatus, StatusMessage>> = {
  scheduled: StatusMessage.SCHEDULED,
  cancelled: StatusMessage.CANCELLED,
  postponed: StatusMessage.POSTPONED,
};

export function eventToProto(event: Event): EventMessage {
  return create(EventSchema, {
    eventId: event.eventId,
    title: event.title,
    description: event.description,
    startTime: timestampFromDate(event.start),
    endTime: timestampFromDate(event.end),
    timeZone: event.timeZone,
    cityId: event.cityId,
    venueId: event.venueId,
    djIds: [...event.djIds],
    genres: [...event.genres],
    minPriceCents: event.minPriceCents === undefined ? undefined : BigInt(event.minPriceCents),
    currency: event.currency,
    url: event.url,
    status: STATUS[event.status],
    source: event.source,
    sample: event.originalStart !== undefined,
    originalStartTime: event.originalStart && timestampFromDate(event.originalStart),
    organiser: event.organiser,
    updateTime: timestampFromDate(event.updated),
  });
}
