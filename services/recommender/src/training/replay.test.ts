import { person, World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import type { FeedbackKind } from "../feedback/feedback.js";
import type { StoredFeedback } from "../feedback/feedback-store.js";
import { uuidToBytes } from "../feedback/uuid-bytes.js";
import { candidatesOf } from "../ranking/candidates.js";
import { FeedbackLog } from "./feedback-log.js";
import { discoveriesAt, Replay, splitByTime } from "./replay.js";

type Act = [user: number, event: number, kind: FeedbackKind, occurMs: number];

const events = Array.from({ length: 40 }, (_, i) => exampleEvent(i + 1));

async function* inChunks(rows: readonly StoredFeedback[]): AsyncGenerator<StoredFeedback[]> {
  for (let i = 0; i < rows.length; i += 3) yield rows.slice(i, i + 3);
}

async function read(world: World, acts: readonly Act[]): Promise<FeedbackLog> {
  const rows = acts.map(([user, event, kind, occurMs], i) => ({
    seq: i + 1,
    userId: uuidToBytes(person(user)),
    eventId: uuidToBytes(uuid(event)),
    kind,
    occurMs,
  }));
  return FeedbackLog.read(inChunks(rows), world.state);
}

describe("splitByTime()", () => {
  it("takes for a discovery the first sight of an event that was kept, at its moment", async () => {
    const world = new World(events);
    const log = await read(world, [
      [1, 1, "save", 50],
      [1, 1, "click", 45],
      [1, 1, "impression", 40],
      [1, 2, "click", 10],
      [1, 3, "save", 10],
      [1, 3, "unsave", 20],
      [1, 4, "save", 10],
      [1, 4, "hide", 20],
      [2, 1, "save", 60],
      [1, 5, "hide", 1],
      [1, 5, "save", 70],
      [1, 77, "save", 80],
    ]);
    const { discoveries, validation, test } = splitByTime(log, world.state);
    expect(discoveries).toBe(3);
    const held = discoveriesAt(log, Uint32Array.of(...validation, ...test), 10);
    const moments = held.map(({ event, occurMs }) => [world.ids([event])[0], occurMs]);
    expect(moments).toEqual([
      [1, 40],
      [1, 60],
    ]); // and before them event 5, first seen at 1
  });

  it("holds out what came last: 30% to learn weights on, and the 30% after that to test them on", async () => {
    const world = new World(events);
    const log = await read(
      world,
      events.map((_, i): Act => [1, i + 1, "save", 1_000 - i]),
    );
    const { validation, test } = splitByTime(log, world.state);
    const from = (first: number) => Array.from({ length: 12 }, (_, i) => first + i);
    const momentsOf = (places: Uint32Array) => discoveriesAt(log, places, 99).map(({ occurMs }) => occurMs);
    expect(momentsOf(validation)).toEqual(from(977));
    expect(momentsOf(test)).toEqual(from(989));
  });
});

describe("Replay", () => {
  it("brings a state to each moment, in the order of occurrence", async () => {
    const world = new World(events);
    const log = await read(world, [
      [1, 1, "unsave", 30],
      [1, 1, "save", 10],
      [1, 2, "save", 20],
    ]);
    const state = world.state.beforeAnything();
    const replay = new Replay(log, state);
    const saved = () => world.ids(state.behaviour.savedBy(world.user(1)).map(({ event }) => event));
    const seen = [0, 1, 2, 3].map((place) => {
      replay.upTo(place);
      return saved();
    });
    expect(seen).toEqual([[], [1], [1, 2], [2]]);
    expect(world.state.behaviour.savedBy(world.user(1))).toEqual([]);
  });
});

describe("candidatesOf()", () => {
  it("is what could have been shown: on, not over then, in that city, neither saved nor hidden", () => {
    const at = exampleEvent(1).endMs;
    const world = new World([
      exampleEvent(1, { endMs: at + 1 }),
      exampleEvent(2, { endMs: at + 1 }),
      exampleEvent(3, { endMs: at }),
      exampleEvent(4, { endMs: at + 1, status: "cancelled" }),
      exampleEvent(5, { endMs: at + 1, cityId: "berlin-de" }),
      exampleEvent(6, { endMs: at + 1 }),
      exampleEvent(7, { endMs: at + 1 }),
      exampleEvent(8, { endMs: at + 1 }),
    ])
      .act(1, "save", 6)
      .act(1, "hide", 7)
      .act(1, "click", 8);
    const discovery = { place: 0, user: world.user(1), event: world.event(2), occurMs: at };
    expect(world.ids(candidatesOf(world.state, discovery))).toEqual([2, 1, 8]);
  });
});

describe("discoveriesAt()", () => {
  it("gives so many, evenly spread, or all", async () => {
    const world = new World(events);
    const log = await read(
      world,
      events.slice(0, 8).map((_, i): Act => [i + 1, i + 1, "save", 100 + i]),
    );
    const at = (places: number[], most: number) =>
      discoveriesAt(log, Uint32Array.from(places), most).map(({ place, user, event, occurMs }) => {
        expect([user, world.ids([event])[0], occurMs]).toEqual([
          world.user(place + 1),
          place + 1,
          100 + place,
        ]);
        return place;
      });
    expect(at([1, 2, 3, 4, 5, 6], 3)).toEqual([1, 3, 5]);
    expect(at([1, 2], 3)).toEqual([1, 2]);
    expect(at([], 3)).toEqual([]);
  });
});

describe("FeedbackLog", () => {
  it("passes over rows that tell of no instant, and counts them", async () => {
    const world = new World(events);
    const log = await read(world, [
      [1, 1, "save", 50],
      [1, 2, "save", Number.NaN],
      [1, 3, "save", Number.POSITIVE_INFINITY],
      [1, 4, "save", 40],
    ]);
    expect([log.rows, log.size, log.ignored, log.lastSeq]).toEqual([4, 2, 2, 4]);
    expect([0, 1].map((place) => log.rowAt(place).occurMs)).toEqual([40, 50]);
  });

  it("finds each user's rows in the order in which they occurred", async () => {
    const world = new World(events);
    const log = await read(world, [
      [1, 1, "save", 50],
      [2, 1, "save", 30],
      [1, 2, "click", 10],
      [3, 1, "save", 20],
    ]);
    const { offsets, places } = log.placesByUser(3);
    const rowsOf = (user: number) => [...places.slice(offsets[user], offsets[user + 1])];
    expect([1, 2, 3].map((user) => rowsOf(world.user(user)))).toEqual([[0, 3], [2], [1]]);
  });
});
