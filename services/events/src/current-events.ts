import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Event as EventMessage, EventStatus } from "@craic/proto/craic/events/v1/event_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { LruMap } from "@craic/runtime/lru-map.js";
import { isDatabaseUnreachable } from "@craic/runtime/mysql.js";
import type { ChangeFeed } from "./change-feed.js";
import type { Counter, EventStore } from "./event-store.js";
import { eventToProto } from "./event-to-proto.js";

/** A couple of kilobytes each. */
const MAX_EVENTS = 2_000;
/** More changes than this since the last look are not read one by one: then everything is forgotten. */
const MAX_CHANGES = 200;
/** While the database cannot be reached, what is held is told for this long after it was last asked what changed. */
const MAX_STALE_MS = 3_600_000;

/** Reads events by id, as they are now. */
export interface CurrentEvents {
  /** Answers that were made while the database could not be reached. */
  readonly staleAnswers: number;
  /** Each once, in the order of first mention; those that are not known are left out. Not to be changed. */
  find(eventIds: readonly string[]): Promise<FoundEvents>;
}

export interface FoundEvents {
  readonly events: EventMessage[];
  /** The database cannot be reached: only what is held, is still to come and takes place, for all that is known. */
  readonly stale: boolean;
}

/**
 * Keeps the events in memory that are asked for again and again, and asks the database for what has changed
 * before it answers with them: a row of its counter in place of twenty rows of events.
 *
 * What this process changed is seen by the next `find`: the feed tells of it. What another one changed is
 * seen `trustMs` after it was committed at the latest.
 *
 * While the database cannot be reached, what is held is the answer, unless it is known to have changed.
 */
export function createCurrentEvents(
  store: Pick<EventStore, "find" | "changesAfter" | "counter">,
  feed: Pick<ChangeFeed, "position">,
  { trustMs, now, log }: { trustMs: number; now: () => Date; log: Pick<Logger, "warn" | "info"> },
): CurrentEvents {
  /** The one loaded longest ago leaves first. */
  const held = new LruMap<string, EventMessage>(MAX_EVENTS);
  /** What is held holds for this state of the database. */
  let seen: Counter = { position: 0, epoch: "" };
  /** How far the feed had come, and what the clock showed, when the last look began. */
  let heard = -1;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  /** The database could not be reached when it was last asked. */
  let away = false;
  let staleAnswers = 0;

  async function look(): Promise<void> {
    const hearing = feed.position;
    const beganMs = now().getTime();
    const counter = await store.counter();
    const changes = counter.position - seen.position;
    if (counter.epoch !== seen.epoch || changes < 0 || changes > MAX_CHANGES) held.clear();
    else if (changes > 0) {
      // Should the database go away before it is known what has changed, nothing that is held can be told.
      heard = Number.NEGATIVE_INFINITY;
      for (const { event } of await store.changesAfter(seen.position, MAX_CHANGES))
        held.delete(event.eventId);
    }
    seen = counter;
    heard = hearing;
    lookedMs = beganMs;
    if (away) log.info({ staleAnswers }, "events are read from the database again");
    away = false;
  }

  async function catchUp(): Promise<void> {
    const askedMs = now().getTime();
    while (feed.position > heard || lookedMs + trustMs < askedMs) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    }
  }

  async function findNow(eventIds: ReadonlySet<string>): Promise<EventMessage[]> {
    await catchUp();
    const asOf = seen;
    const found = new Map<string, EventMessage>();
    const missing: string[] = [];
    for (const eventId of eventIds) {
      const event = held.peek(eventId);
      if (event === undefined) missing.push(eventId);
      else found.set(eventId, event);
    }
    if (missing.length > 0) {
      for (const row of await store.find(missing)) {
        const event = eventToProto(row);
        found.set(event.eventId, event);
        // After a look that came in between, this may be what was before the change that it saw.
        if (seen === asOf) held.set(event.eventId, event);
      }
    }
    return [...eventIds].flatMap((eventId) => found.get(eventId) ?? []);
  }

  /** What is held of them and still to come; nothing when something has changed, or was not asked for too long. */
  function findHeld(eventIds: ReadonlySet<string>): EventMessage[] {
    const nowMs = now().getTime();
    if (feed.position > heard || lookedMs + MAX_STALE_MS < nowMs) return [];
    return [...eventIds].flatMap((eventId) => {
      const event = held.peek(eventId);
      return event !== undefined && isAhead(event, nowMs) ? [event] : [];
    });
  }

  function asStale(events: EventMessage[]): FoundEvents {
    staleAnswers++;
    return { events, stale: true };
  }

  return {
    get staleAnswers() {
      return staleAnswers;
    },

    async find(eventIds) {
      const wanted = new Set(eventIds);
      const current = findNow(wanted);
      const told = away ? findHeld(wanted) : [];
      if (told.length > 0) {
        // A database that is away may take its time to say so again.
        current.catch(() => {});
        return asStale(told);
      }
      try {
        return { events: await current, stale: false };
      } catch (error) {
        if (!isDatabaseUnreachable(error)) throw error;
        if (!away) log.warn({ err: error }, "the database cannot be reached; events are told from memory");
        away = true;
        const events = findHeld(wanted);
        if (events.length === 0) throw error;
        return asStale(events);
      }
    },
  };
}

function isAhead({ status, endTime }: EventMessage, nowMs: number): boolean {
  return status === EventStatus.SCHEDULED && endTime !== undefined && timestampMs(endTime) > nowMs;
}
