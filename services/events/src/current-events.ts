import type { Event as EventMessage } from "@craic/proto/craic/events/v1/event_pb.js";
import type { ChangeFeed } from "./change-feed.js";
import type { Counter, EventStore } from "./event-store.js";
import { eventToProto } from "./event-to-proto.js";

/** A couple of kilobytes each. */
const MAX_EVENTS = 2_000;
/** More changes than this since the last look are not read one by one: then everything is forgotten. */
const MAX_CHANGES = 200;

/** Reads events by id, as they are now. */
export interface CurrentEvents {
  /** Each once, in the order of first mention; those that are not known are left out. Not to be changed. */
  find(eventIds: readonly string[]): Promise<EventMessage[]>;
}

/**
 * Keeps the events in memory that are asked for again and again, and asks the database for what has changed
 * before it answers with them: a row of its counter in place of twenty rows of events.
 *
 * What this process changed is seen by the next `find`: the feed tells of it. What another one changed is
 * seen `trustMs` after it was committed at the latest.
 */
export function createCurrentEvents(
  store: Pick<EventStore, "find" | "changesAfter" | "counter">,
  feed: Pick<ChangeFeed, "position">,
  { trustMs, now }: { trustMs: number; now: () => Date },
): CurrentEvents {
  /** The one loaded longest ago first. */
  const held = new Map<string, EventMessage>();
  /** What is held holds for this state of the database. */
  let seen: Counter = { position: 0, epoch: "" };
  /** How far the feed had come, and what the clock showed, when the last look began. */
  let heard = -1;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  function keep(event: EventMessage): void {
    held.delete(event.eventId);
    held.set(event.eventId, event);
    if (held.size <= MAX_EVENTS) return;
    for (const oldest of held.keys()) {
      held.delete(oldest);
      break;
    }
  }

  async function look(): Promise<void> {
    const hearing = feed.position;
    const beganMs = now().getTime();
    const counter = await store.counter();
    const changes = counter.position - seen.position;
    if (counter.epoch !== seen.epoch || changes < 0 || changes > MAX_CHANGES) held.clear();
    else if (changes > 0) {
      for (const { event } of await store.changesAfter(seen.position, MAX_CHANGES))
        held.delete(event.eventId);
    }
    seen = counter;
    heard = hearing;
    lookedMs = beganMs;
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

  return {
    async find(eventIds) {
      await catchUp();
      const asOf = seen;
      const found = new Map<string, EventMessage>();
      const missing: string[] = [];
      for (const eventId of new Set(eventIds)) {
        const event = held.get(eventId);
        if (event === undefined) missing.push(eventId);
        else found.set(eventId, event);
      }
      if (missing.length > 0) {
        for (const row of await store.find(missing)) {
          const event = eventToProto(row);
          found.set(event.eventId, event);
          // After a look that came in between, this may be what was before the change that it saw.
          if (seen === asOf) keep(event);
        }
      }
      return [...new Set(eventIds)].flatMap((eventId) => found.get(eventId) ?? []);
    },
  };
}
