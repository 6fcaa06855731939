import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WatchEventsResponseSchema } from "@craic/proto/craic/events/v1/event_service_pb.js";
import type { ChangeFeed } from "./change-feed.js";
import type { EventStore } from "./event-store.js";
import { eventToProto } from "./event-to-proto.js";
import { decodeResumeToken, encodeResumeToken } from "./resume-token.js";

/** Most changes that are read at a time. */
const PAGE = 200;

/** Every change after the token, then the message that says so, then each change as it is made, until aborted. */
export async function* watchEvents(
  store: EventStore,
  feed: ChangeFeed,
  resumeToken: string,
  signal: AbortSignal,
): AsyncGenerator<MessageInitShape<typeof WatchEventsResponseSchema>, void, undefined> {
  const counter = await store.counter();
  feed.advance(counter.position);
  const tokenOf = (position: number) => encodeResumeToken({ position, epoch: counter.epoch });
  let position = decodeResumeToken(resumeToken, counter);
  let caughtUp = false;
  for (;;) {
    // Read before the page: the page then holds all changes up to here.
    const committed = feed.position;
    const page = await store.changesAfter(position, PAGE);
    for (const change of page) {
      position = change.position;
      yield { event: eventToProto(change.event), resumeToken: tokenOf(position) };
    }
    if (page.length === PAGE) continue;
    position = Math.max(position, committed);
    if (!caughtUp) {
      caughtUp = true;
      yield { resumeToken: tokenOf(position) };
    }
    if (!(await feed.beyond(position, signal))) return;
  }
}
