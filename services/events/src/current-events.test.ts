import { createLogger } from "@craic/runtime/log.js";
import { type CurrentEvents, createCurrentEvents } from "./current-events.js";
import type { Event } from "./event.js";
import type { EventStore } from "./event-store.js";

const TRUST_MS = 100;
const HOUR_MS = 3_600_000;
/** When the events are over. */
const END_MS = 2 * HOUR_MS;
/** What a query to a server that is not there fails with. */
const refused = () => Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));

/** A database of events whose title is the number of their last change, and a reader of it. */
function createBed(...eventIds: string[]) {
  const rows = new Map(eventIds.map((eventId, i) => [eventId, i + 1]));
  let counter = { position: eventIds.length, epoch: "first" };
  const calls: string[] = [];
  const clock = { ms: 0 };
  const feed = { position: 0 };
  const cancelled = new Set<string>();
  const logged: string[] = [];
  const gate: { find?: Promise<void>; counter?: Promise<void> } = {};
  const eventOf = (eventId: string) =>
    ({
      eventId,
      title: String(rows.get(eventId)),
      start: new Date(0),
      end: new Date(END_MS),
      updated: new Date(0),
      djIds: [],
      genres: [],
      status: cancelled.has(eventId) ? "cancelled" : "scheduled",
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
    log: createLogger("info", "events", { write: (line) => void logged.push(JSON.parse(line).msg) }),
  });
  const find = async (...wanted: string[]) => {
    const { events, stale } = await current.find(wanted);
    return { stale, titles: events.map(({ eventId, title }) => `${eventId}${title}`) };
  };
  return {
    calls,
    cancelled,
    clock,
    current,
    feed,
    gate,
    logged,
    store,
    look: find,
    find: async (...wanted: string[]) => (await find(...wanted)).titles,
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

describe("createCurrentEvents() while the database cannot be reached", () => {
  /** Has read a, b and c, and then the database went away. */
  async function abandoned() {
    const bed = createBed("a", "b", "c", "never read");
    bed.cancelled.add("b");
    await bed.find("a", "b", "c");
    bed.clock.ms = TRUST_MS + 1;
    const alive = { ...bed.store };
    Object.assign(bed.store, { counter: refused, find: refused });
    return { ...bed, comeBack: () => Object.assign(bed.store, alive) };
  }

  it("tells what is held of the events asked for, and says that it may be stale", async () => {
    const { look } = await abandoned();
    expect(await look("never read", "c", "a")).toEqual({ stale: true, titles: ["c3", "a1"] });
  });

  it("tells it also where the database went away since it was asked what changed", async () => {
    const { clock, look } = await abandoned();
    clock.ms = 0;
    expect(await look("a", "never read")).toEqual({ stale: true, titles: ["a1"] });
  });

  it("leaves out what is cancelled and what is over by now", async () => {
    const { clock, find, look } = await abandoned();
    expect((await look("a", "b")).titles).toEqual(["a1"]);
    await expect(find("b")).rejects.toThrow("connect");
    clock.ms = END_MS;
    await expect(find("a")).rejects.toThrow("connect");
  });

  it("tells nothing that changed a moment before, as far as the feed knows", async () => {
    const { change, feed, find } = await abandoned();
    change("a");
    feed.position = 5;
    await expect(find("a", "c")).rejects.toThrow("connect");
  });

  it("tells nothing when it has read that something changed, but not what", async () => {
    const bed = createBed("a");
    await bed.find("a");
    bed.change("a");
    bed.clock.ms = TRUST_MS + 1;
    bed.store.changesAfter = refused;
    await expect(bed.find("a")).rejects.toThrow("connect");
    await expect(bed.find("a")).rejects.toThrow("connect");
  });

  it("tells nothing an hour after it was last asked what changed", async () => {
    const { clock, look } = await abandoned();
    clock.ms = HOUR_MS;
    expect((await look("a")).stale).toBe(true);
    clock.ms = HOUR_MS + 1;
    await expect(look("a")).rejects.toThrow("connect");
  });

  it("does not wait for a database that is known to be away", async () => {
    const { look, store } = await abandoned();
    await look("a");
    store.counter = () => new Promise(() => {});
    expect(await look("a")).toEqual({ stale: true, titles: ["a1"] });
  });

  it("finds everything again once it is back, and says both in the log once", async () => {
    const { change, comeBack, current, logged, look } = await abandoned();
    for (let i = 0; i < 3; i++) await look("a");
    change("a");
    comeBack();
    // What is not held is worth waiting for.
    expect(await look("never read")).toEqual({ stale: false, titles: ["never read4"] });
    expect(await look("a")).toEqual({ stale: false, titles: ["a5"] });
    expect(current.staleAnswers).toBe(3);
    expect(logged).toEqual([
      "the database cannot be reached; events are told from memory",
      "events are read from the database again",
    ]);
  });
});
