import { createLogger } from "@craic/runtime/log.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { until } from "../../../tests/fixtures/until.js";
import type { AssignmentStore } from "./assignment-store.js";
import { type Exposure, type Person, stranger } from "./person.js";
import { StoreAway } from "./store-away.js";
import { WriteBehind, type WriteBehindOptions } from "./write-behind.js";

const ada = uuid(1);
const bob = uuid(2);
const browser = uuid(3);
const nowMs = Date.UTC(2026, 5, 20);

const exposure = (i: number, changes: Partial<Exposure> = {}): Exposure => ({
  type: "exposure",
  exposureId: uuid(100 + i),
  experimentId: "ranking",
  variant: "blend",
  occurMs: nowMs + i,
  cityId: "",
  isNew: false,
  latencyMs: 0,
  failed: false,
  isStaff: false,
  ...changes,
});

/** A store that keeps people in memory, and fails or loses races when told. */
class ScriptedStore implements AssignmentStore {
  readonly people = new Map<string, Person>();
  readonly saves: string[] = [];
  failure: Error | undefined;
  racesToLose = 0;
  pace = Promise.resolve();
  atOnce = 0;
  mostAtOnce = 0;

  async find(userId: string): Promise<Person> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    await this.pace;
    this.atOnce--;
    if (this.failure !== undefined) throw this.failure;
    return this.people.get(userId) ?? stranger(userId);
  }

  async save(before: Person, after: Person): Promise<Person | undefined> {
    if (this.failure !== undefined) throw this.failure;
    if (this.racesToLose > 0) {
      this.racesToLose--;
      return undefined;
    }
    expect(before).toBe(this.people.get(after.userId) ?? before);
    this.saves.push(after.userId);
    this.people.set(after.userId, after);
    return after;
  }

  async *scan() {}

  exposuresOf(userId: string): number | undefined {
    return this.people.get(userId)?.participations.get("ranking")?.exposures;
  }
}

let store: ScriptedStore;
const open: WriteBehind[] = [];
function start(changes: Partial<WriteBehindOptions> = {}): WriteBehind {
  const writes = new WriteBehind({
    store,
    rules: { windowMs: 1_000_000, mostExposuresPerHour: 1_000 },
    written: () => undefined,
    capacity: 100,
    atOnce: 4,
    retryMs: { first: 1, most: 4 },
    random: () => 0.5,
    log: createLogger("silent", "test"),
    ...changes,
  });
  open.push(writes);
  return writes;
}
beforeEach(() => {
  store = new ScriptedStore();
});
afterEach(async () => {
  for (const writes of open.splice(0)) await writes.close(0);
});
const idle = (writes: WriteBehind) => until(() => writes.waiting === 0);

describe("WriteBehind", () => {
  it("writes what it was given, those of one person together, and tells of them", async () => {
    const told: Person[] = [];
    const writes = start({ atOnce: 1, written: (person) => told.push(person) });
    for (let i = 0; i < 10; i++) expect(writes.offer(i === 0 ? bob : ada, exposure(i))).toBe(true);
    await idle(writes);
    expect(store.saves).toEqual([bob, ada]);
    expect(store.exposuresOf(ada)).toBe(9);
    expect(told.map(({ userId }) => userId)).toEqual([bob, ada]);
  });

  it("writes no person twice at a time, and no more people at a time than it may", async () => {
    const writes = start({ atOnce: 3 });
    for (let i = 0; i < 60; i++) writes.offer(uuid(i % 7), exposure(i));
    await idle(writes);
    expect(store.mostAtOnce).toBe(3);
    expect(Array.from({ length: 7 }, (_, i) => store.exposuresOf(uuid(i)))).toEqual([9, 9, 9, 9, 8, 8, 8]);
  });

  it("keeps everything while the store is away, and writes it once when it is back", async () => {
    store.failure = new StoreAway("gone");
    const writes = start();
    for (let i = 0; i < 20; i++) expect(writes.offer(i % 2 === 0 ? ada : bob, exposure(i))).toBe(true);
    await new Promise(setImmediate);
    expect(writes.waiting).toBe(20);
    store.failure = undefined;
    await idle(writes);
    expect([store.exposuresOf(ada), store.exposuresOf(bob)]).toEqual([10, 10]);
    expect(writes.dropped).toBe(0);
  });

  it.each<[number, number[]]>([
    [1, [10, 20, 40, 50, 50]],
    [0.5, [5, 10, 20, 25, 25]],
    [0.25, [2.5, 5, 10, 12.5, 12.5]],
  ])(
    "asks a store that is away less and less often: %d of the longest wait, if that is drawn",
    async (drawn, waits) => {
      const timers = jest.spyOn(globalThis, "setTimeout");
      try {
        store.failure = new StoreAway("gone");
        const writes = start({ retryMs: { first: 10, most: 50 }, random: () => drawn });
        writes.offer(ada, exposure(1));
        const waited = () =>
          timers.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== undefined && ms !== 2);
        await until(async () => waited().length >= waits.length);
        expect(waited().slice(0, waits.length)).toEqual(waits);
      } finally {
        timers.mockRestore();
      }
    },
  );

  it("drops and counts what finds no room", () => {
    store.failure = new StoreAway("gone");
    const writes = start({ capacity: 2 });
    expect([1, 2, 3].map((i) => writes.offer(ada, exposure(i)))).toEqual([true, true, false]);
    expect(writes.dropped).toBe(1);
  });

  it("goes on with others when something can never be written", async () => {
    store.failure = new Error("ValidationException");
    const writes = start();
    writes.offer(ada, exposure(1));
    await idle(writes);
    expect(writes.dropped).toBe(1);
    store.failure = undefined;
    writes.offer(bob, exposure(2));
    await idle(writes);
    expect(store.exposuresOf(bob)).toBe(1);
  });

  it("reads again when another replica was faster", async () => {
    store.racesToLose = 3;
    const writes = start();
    writes.offer(ada, exposure(1));
    await idle(writes);
    expect(store.exposuresOf(ada)).toBe(1);
  });

  it("answers when what it took in is written", async () => {
    const writes = start();
    const taken = await writes.takeIn(
      [1, 2, 3].map((i) => ({ userId: i === 3 ? bob : ada, event: exposure(i) })),
      10_000,
    );
    expect(taken).toEqual({ recorded: 3, dropped: 0, queued: 0 });
    expect([store.exposuresOf(ada), store.exposuresOf(bob)]).toEqual([2, 1]);
  });

  it("answers that it is queued as soon as the store is away, and at once from then on", async () => {
    store.failure = new StoreAway("gone");
    const writes = start({ retryMs: { first: 3_600_000, most: 3_600_000 } });
    const taken = await writes.takeIn([{ userId: ada, event: exposure(1) }], 3_600_000);
    expect(taken).toEqual({ recorded: 1, dropped: 0, queued: 1 });
    expect(await writes.takeIn([{ userId: bob, event: exposure(2) }], 3_600_000)).toEqual(taken);
  });

  it("answers that it is queued where the store takes too long", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    store.pace = promise;
    const writes = start();
    const taken = await writes.takeIn([{ userId: ada, event: exposure(1) }], 1);
    expect(taken).toEqual({ recorded: 1, dropped: 0, queued: 1 });
    resolve();
    await idle(writes);
  });

  it("answers how much it had to drop: for want of room, or for ever", async () => {
    store.failure = new StoreAway("gone");
    const full = start({ capacity: 1, retryMs: { first: 3_600_000, most: 3_600_000 } });
    const events = [1, 2, 3].map((i) => ({ userId: ada, event: exposure(i) }));
    expect(await full.takeIn(events, 3_600_000)).toEqual({ recorded: 1, dropped: 2, queued: 1 });
    store.failure = new Error("ValidationException");
    expect(await start().takeIn(events, 3_600_000)).toEqual({ recorded: 0, dropped: 3, queued: 0 });
  });

  it("writes all that waits when it is closed, without waiting for the next try", async () => {
    store.failure = new StoreAway("gone");
    const writes = start({ retryMs: { first: 3_600_000, most: 3_600_000 } });
    writes.offer(ada, exposure(1));
    writes.offer(bob, exposure(2));
    await new Promise(setImmediate);
    store.failure = undefined;
    expect(await writes.close(10_000)).toBe(0);
    expect([store.exposuresOf(ada), store.exposuresOf(bob)]).toEqual([1, 1]);
  });

  it("tells how much is lost when the store does not come back in time", async () => {
    store.failure = new StoreAway("gone");
    const writes = start();
    writes.offer(ada, exposure(1));
    expect(await writes.close(5)).toBe(1);
  });

  it("gives a person what their browser was shown, and what the browser is shown later too", async () => {
    const writes = start();
    writes.offer(browser, exposure(1));
    writes.offer(browser, { type: "link", userId: ada });
    await idle(writes);
    expect(store.exposuresOf(ada)).toBe(1);
    expect(store.people.get(browser)?.linkedTo).toBe(ada);
    writes.offer(browser, exposure(2));
    writes.offer(browser, { type: "link", userId: bob });
    await idle(writes);
    expect(store.exposuresOf(ada)).toBe(2);
    expect(store.people.get(bob)).toBeUndefined();
  });
});
