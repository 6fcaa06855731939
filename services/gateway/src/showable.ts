import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Event, EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";

/** Whether an event takes place and is not over, by its own record and not by anybody's copy of it. */
export function isAhead(event: Event, nowMs: number): boolean {
  if (event.status !== EventStatus.SCHEDULED || event.endTime === undefined) return false;
  return timestampMs(event.endTime) > nowMs;
}

/** Whether an event starts before an instant; unset means no limit. */
export function startsBefore(event: Event, instant: Timestamp | undefined): boolean {
  if (instant === undefined) return true;
  return event.startTime !== undefined && timestampMs(event.startTime) < timestampMs(instant);
}
