import { createLogger } from "@craic/runtime/log.js";
import { person, World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../../tests/fixtures/until.js";
import type { FeedbackKind } from "./feedback.js";
import { FeedbackFollower } from "./feedback-follower.js";
import type { FeedbackStore, StoredFeedback } from "./feedback-store.js";
import { uuidToBytes } from "./uuid-bytes.js";

/** A table in which rows become visible when the test says so. */
class Table implements Pick<FeedbackStore, "readAfter"> {
  readonly visible: StoredFeedback[] = [];
  readonly reads: number[] = [];
  isDown = false;

  show(seq: number, user: number, kind: FeedbackKind, event: number, occurMs = nowMs): void {
    const ids = { userId: uuidToBytes(person(user)), eventId: uuidToBytes(uuid(event)) };
    this.visible.push({ seq, ...ids, kind, occurMs });
  }

  async readAfter(seq: number, limit: number): Promise<StoredFeedback[]> {
    this.reads.push(seq);
    if (this.isDown) throw new Error("no database");
    const ordered = this.visible.toSorted((a, b) => a.seq - b.seq);
    return ordered.filter((row) => row.seq > seq).slice(0, limit);
  }
}

function setUp() {
  const table = new Table();
  const world = new World([1, 2, 3].map((number) => exampleEvent(number)));
  const clock = { ms: nowMs };
  const store: FeedbackStore = {
    insert: async () => [],
    readAfter: (seq, limit) => table.readAfter(seq, limit),
  };
  const now = () => new Date(clock.ms);
  const follower = new FeedbackFollower(store, world.state, now, createLogger("silent", "recommender"));
  const saved = (user: number) => {
    const { behaviour } = world.state;
    return world
      .ids(behaviour.savedBy(behaviour.users.find(person(user))).map(({ event }) => event))
      .toSorted();
  };
  return { table, world, clock, follower, saved };
}

describe("FeedbackFollower", () => {
  it("takes in everything at first, and then what others have stored", async () => {
    const { table, follower, saved } = setUp();
    table.show(1, 1, "save", 1);
    table.show(2, 2, "save", 2);
    await follower.look();
    expect([saved(1), saved(2)]).toEqual([[1], [2]]);
    table.show(3, 1, "unsave", 1, nowMs + 1);
    table.show(4, 1, "save", 3);
    await follower.look();
    expect([saved(1), saved(2)]).toEqual([[3], [2]]);
  });

  it("takes in more rows than it reads at a time", async () => {
    const { table, world, follower } = setUp();
    for (let seq = 1; seq <= 10_001; seq++) table.show(seq, seq, "save", 1);
    await follower.look();
    expect(world.state.behaviour.likers.lengths[world.event(1)]).toBe(10_001);
  });

  it("does not miss a row whose number is smaller than one that was visible before it", async () => {
    const { table, clock, follower, saved } = setUp();
    table.show(10, 1, "save", 1);
    await follower.look();
    for (let second = 1; second <= 9; second++) {
      clock.ms = nowMs + second * 1_000;
      await follower.look();
    }
    table.show(7, 1, "save", 2); // nearly ten seconds late
    clock.ms = nowMs + 9_900;
    await follower.look();
    expect(saved(1)).toEqual([1, 2]);
  });

  it("does not read again and again what everybody has long seen", async () => {
    const { table, clock, follower } = setUp();
    for (let seq = 1; seq <= 100; seq++) table.show(seq, 1, "save", 1);
    for (const seconds of [0, 5, 10, 11]) {
      clock.ms = nowMs + seconds * 1_000;
      await follower.look();
    }
    expect(table.reads.at(-1)).toBe(100);
  });

  it("does not read a long history again after it has just been read", async () => {
    const { table, follower } = setUp();
    for (let seq = 1; seq <= 9_000; seq++) table.show(seq, 1, "save", 1);
    await follower.look();
    await follower.look();
    expect(table.reads).toEqual([0, 5_000, 4_000, 9_000]);
  });

  it("keeps what came last of two at one instant, however often both are read", async () => {
    const { table, follower, saved } = setUp();
    table.show(1, 1, "save", 1);
    table.show(2, 1, "unsave", 1);
    for (let look = 0; look < 3; look++) await follower.look();
    expect(saved(1)).toEqual([]);
  });

  it("remembers feedback on events that it has not heard of", async () => {
    const { table, world, follower, saved } = setUp();
    table.show(1, 1, "save", 9);
    await follower.look();
    world.state.applyEvent(exampleEvent(9));
    expect(saved(1)).toEqual([9]);
  });

  it("goes on looking after the database was away, until it is closed", async () => {
    const { table, follower, saved } = setUp();
    table.isDown = true;
    follower.start(2);
    await until(() => table.reads.length > 1);
    table.show(1, 1, "save", 1);
    table.isDown = false;
    await until(() => saved(1).length === 1);
    await follower.close();
    const reads = table.reads.length;
    table.show(2, 1, "save", 2);
    await new Promise((resolve) => setImmediate(resolve));
    expect([table.reads.length, saved(1)]).toEqual([reads, [1]]);
  });
});
