import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Event } from "@craic/proto/craic/events/v1/event_pb.js";
import type { FeedItem } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import type { Span } from "./event-time.js";

/** An item that does hold an event, as every one does that the gateway sends. */
export type Listed = FeedItem & { readonly event: Event };

/** The events of a list's pages, each once: a page made later may repeat one. */
export function listed(pages: readonly { readonly items: readonly FeedItem[] }[]): Listed[] {
  const byId = new Map<string, Listed>();
  for (const item of pages.flatMap(({ items }) => items)) {
    if (isListed(item) && !byId.has(item.event.eventId)) byId.set(item.event.eventId, item);
  }
  return [...byId.values()];
}

export function isListed(item: FeedItem | undefined): item is Listed {
  return item?.event !== undefined;
}

export function spanOf({ startTime, endTime, timeZone }: Event): Span {
  return {
    start: startTime === undefined ? new Date(0) : timestampDate(startTime),
    end: endTime && timestampDate(endTime),
    zone: timeZone,
  };
}
