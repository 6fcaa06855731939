import type { ServiceImpl } from "@connectrpc/connect";
import { EventRecordSchema } from "@craic/proto/craic/events/v1/event_pb.js";
import type { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { notFound } from "@craic/runtime/errors.js";
import { importLines } from "@craic/runtime/import-lines.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { cutPage, decodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import type { ChangeFeed } from "./change-feed.js";
import type { CurrentEvents } from "./current-events.js";
import { isEventCursor, readEventFilter } from "./event-filter.js";
import { eventFromRecord, eventProblems } from "./event-record.js";
import type { EventStore } from "./event-store.js";
import { eventToProto } from "./event-to-proto.js";
import { createRecentAnswers } from "./recent-answers.js";
import { watchEvents } from "./watch-events.js";

/** How long a count may lag behind what other processes change, in milliseconds. */
const COUNT_TTL_MS = 3_000;

export interface EventServiceDependencies {
  readonly store: EventStore;
  readonly feed: ChangeFeed;
  readonly current: CurrentEvents;
  readonly now: () => Date;
}

/** The handlers of craic.events.v1.EventService; the contract is in its .proto file. */
export function createEventService({
  store,
  feed,
  current,
  now,
}: EventServiceDependencies): ServiceImpl<typeof EventService> {
  const recently = { ttlMs: COUNT_TTL_MS, version: () => feed.position, now };
  const genreCounts = createRecentAnswers((cityId) => store.countByGenre(cityId, now()), recently);
  const cityCounts = createRecentAnswers(() => store.countByCity(now()), recently);
  return {
    async listEvents({ filter, pageSize, pageToken }) {
      const { narrowing, endingAfter } = readEventFilter(filter);
      const filters = { narrowing, endingAfter };
      const after = decodePageToken(pageToken, filters, isEventCursor);
      const limit = pageLimit(pageSize);
      const found = await store.list(narrowing, endingAfter ?? now(), after, limit + 1);
      const page = cutPage(found, limit, (last) => [last.start.getTime(), last.eventId], filters);
      return { events: page.rows.map(eventToProto), nextPageToken: page.nextPageToken };
    },

    async getEvent({ eventId }) {
      const [event] = await store.find([eventId]);
      if (event === undefined) throw notFound("event", eventId);
      return { event: eventToProto(event) };
    },

    batchGetEvents({ eventIds }) {
      return current.find(eventIds);
    },

    async listGenres({ cityId }) {
      const counts = await genreCounts.get(cityId);
      return { genres: counts.map(({ name, eventsAhead }) => ({ genre: name, eventsAhead })) };
    },

    async countEventsByCity() {
      const counts = await cityCounts.get("");
      return { cities: counts.map(({ name, eventsAhead }) => ({ cityId: name, eventsAhead })) };
    },

    async cancelEvent({ eventId }) {
      const position = await store.cancel(eventId, now());
      if (position !== undefined) feed.advance(position);
      const [event] = await store.find([eventId]);
      if (event === undefined) throw notFound("event", eventId);
      return { event: eventToProto(event) };
    },

    importEvents(requests) {
      return importLines(requests, {
        record: EventRecordSchema,
        contentOf: eventFromRecord,
        problemsOf: eventProblems,
        idOf: ({ source }) => importedId("event", source),
        async save(entries) {
          const { hashes, position } = await store.save(entries, now());
          // Before the answer: who has read it finds the change wherever they look.
          if (position !== undefined) feed.advance(position);
          return hashes;
        },
      });
    },

    watchEvents({ resumeToken }, { signal }) {
      return watchEvents(store, feed, resumeToken, signal);
    },
  };
}
