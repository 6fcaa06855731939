import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { EventFilter as FilterMessage } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { distinctNames, searchPatterns } from "@craic/runtime/search-text.js";
import { UUID } from "@craic/runtime/text-rules.js";
import type { EventCursor, EventFilter } from "./event-store.js";

/** What a request asks for. Alike for requests that ask for the same in other words, so that page tokens hold. */
export function readEventFilter(filter: FilterMessage | undefined): {
  readonly narrowing: EventFilter;
  /** Undefined means now. */
  readonly endingAfter: Date | undefined;
} {
  return {
    narrowing: {
      cityId: filter?.cityId ?? "",
      startingBefore: filter?.startingBefore && timestampDate(filter.startingBefore),
      genres: distinctNames(filter?.genres ?? []).toSorted(),
      patterns: searchPatterns(filter?.query ?? "").toSorted(),
      venueId: filter?.venueId ?? "",
      djId: filter?.djId ?? "",
    },
    endingAfter: filter?.endingAfter && timestampDate(filter.endingAfter),
  };
}

export function isEventCursor(value: unknown): value is EventCursor {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    Number.isSafeInteger(value[0]) &&
    UUID.test(String(value[1]))
  );
}
