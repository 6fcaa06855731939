import { type CurrentEvents, createCurrentEvents } from "./current-events.js";
import type { Event } from "./event.js";
import type { EventStore } from "./event-store.js";

const TRUST_MS = 100;

/** A database of events whose title is the number of their last change, and a reader of it. */
function createBed(...eventIds: string[]) {
  const rows = new Map(eventIds.map((eventId, i) => [eventId, i + 1]));
  let counter = { position: eventIds.length, epoch: "first" };
  const calls: string[] = [];
  const clock = { ms: 0 };
  const feed = { position: 0 };
  const gate: { find?: Promise<void>; counter?: Promise<void> } = {};
  const eventOf = (eventId: string) =>
    ({
      eventId,
      title: String(rows.get(eventId)),
      start: new Date(0),
      end: new Date(1),
      updated: new Date(0),
      djIds: [],
      genres: [],
      status: "scheduled",
      source: { name: "test", externalId: eventId, attribution: "" },
    }) as unknown as Event;
  const store: Pick<EventStore, "find" | "changesAfter" | "counter"> = {
    async find(wanted) {
      calls.push(`find ${wanted.join(" ")}`);
      const found = wanted.filter((eventId) => rows.has(eventId)).map(eventOf);
      await gate.find;
      return found;
    },
    async changesAfter(position) {
      calls.push(`changes after ${position}`);
      return [...rows]
        .filter(([, change]) => change > position)
        .map(([eventId, change]) => ({ event: eventOf(eventId), position: change }));
    },
    async counter() {
      calls.push("counter");
      const read = counter;
      await gate.counter;
      return read;
    },
  };
  const current: CurrentEvents = createCurrentEvents(store, feed, {
    trustMs: TRUST_MS,
    now: () => new Date(clock.ms),
  });
  return {
    calls,
    clock,
    feed,
    gate,
    find: async (...wanted: string[]) =>
      (await current.find(wanted)).map(({ eventId, title }) => `${eventId}${title}`),
    change(eventId: string) {
      counter = { ...counter, position: counter.position + 1 };
      rows.set(eventId, counter.position);
    },
    replaceDatabase() {
      counter = { position: counter.position, epoch: "second" };
      for (const eventId of rows.keys()) rows.set(eventId, 0);
    },
  };
}

describe("createCurrentEvents()", () => {
  it("finds events in the order asked for, each once, and leaves out what is not known", async () => {
    const { find } = createBed("a", "b", "c");
    expect(await find("c", "x", "a", "c")).toEqual(["c3", "a1"]);
    expect(await find("b", "c", "x", "a")).toEqual(["b2", "c3", "a1"]);
  });

  it("reads an event once, and within the time of trust nothing but what is missing", async () => {
    const { calls, clock, find } = createBed("a", "b");
    await find("a");
    clock.ms = TRUST_MS;
    await find("a", "b");
    expect(calls).toEqual(["counter", "find a", "find b"]);
  });

  it("sees another process's change once the time of trust is over, and reads only what changed", async () => {
    const { calls, change, clock, find } = createBed("a", "b");
    await find("a", "b");
    change("a");
    clock.ms = TRUST_MS + 1;
    calls.length = 0;
    expect(await find("a", "b")).toEqual(["a3", "b2"]);
    expect(calls).toEqual(["counter", "changes after 2", "find a"]);
  });

  it("sees a change that the feed has told of at once", async () => {
    const { change, feed, find } = createBed("a");
    await find("a");
    change("a");
    feed.position = 2;
    expect(await find("a")).toEqual(["a2"]);
  });

  it("looks again when the feed tells of a change while a look is under way", async () => {
    const { change, feed, find, gate } = createBed("a");
    await find("a");
    feed.position = 1;
    const held = Promise.withResolvers<void>();
    gate.counter = held.promise;
    const early = find("a"); // its look has read the counter already
    change("a");
    feed.position = 2;
    const late = find("a");
    held.resolve();
    expect(await Promise.all([early, late])).toEqual([["a2"], ["a2"]]);
  });

  it("does not keep what it read before a change that it has seen since", async () => {
    const { change, feed, find, gate } = createBed("a");
    const held = Promise.withResolvers<void>();
    gate.find = held.promise;
    const early = find("a");
    await new Promise((resolve) => setImmediate(resolve)); // the row is read by now
    change("a");
    feed.position = 2;
    await find();
    held.resolve();
    await early;
    expect(await find("a")).toEqual(["a2"]);
  });

  it("forgets everything when the database is another one", async () => {
    const { clock, find, replaceDatabase } = createBed("a");
    await find("a");
    replaceDatabase();
    clock.ms = TRUST_MS + 1;
    expect(await find("a")).toEqual(["a0"]);
  });

  it("forgets everything after more changes than are read one by one", async () => {
    const { change, clock, find } = createBed("a", "b");
    await find("a", "b");
    for (let i = 0; i < 201; i++) change("a");
    clock.ms = TRUST_MS + 1;
    expect(await find("a", "b")).toEqual(["a203", "b2"]);
  });

  it("waits for one look when many ask at once, however slow it is", async () => {
    const { calls, clock, find, gate } = createBed("a");
    const held = Promise.withResolvers<void>();
    gate.counter = held.promise;
    const all = Promise.all(Array.from({ length: 5 }, () => find("a")));
    clock.ms = 10 * TRUST_MS;
    held.resolve();
    await all;
    expect(calls.filter((call) => call === "counter")).toHaveLength(1);
  });

  it("says that the database cannot be read, and finds events when it can be again", async () => {
    const { find, gate } = createBed("a");
    gate.counter = Promise.reject(new Error("gone"));
    await expect(find("a")).rejects.toThrow("gone");
    gate.counter = undefined;
    expect(await find("a")).toEqual(["a1"]);
  });
});
