import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Event, EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import { plainDate } from "./event-time.js";

/** Says so when an event does not take place as announced. */
export function StatusMark({ event: { status } }: { event: Event }) {
  switch (status) {
    case EventStatus.CANCELLED:
      return <p className="status status-cancelled">Cancelled</p>;
    case EventStatus.POSTPONED:
      return <p className="status">Postponed: the new date is not known yet</p>;
    case EventStatus.UNSPECIFIED:
    case EventStatus.SCHEDULED:
      return null;
  }
}

/** Says so when an event is a past one, moved forward to have something to show. */
export function SampleMark({ event: { sample, originalStartTime, timeZone } }: { event: Event }) {
  if (!sample) return null;
  const date = originalStartTime && plainDate(timestampDate(originalStartTime), timeZone);
  return <p className="sample">{date === undefined ? "Sample event" : `Sample: moved from ${date}`}</p>;
}
