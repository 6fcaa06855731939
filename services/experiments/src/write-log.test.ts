import { StoreAway } from "./store-away.js";
import { WriteLog } from "./write-log.js";
import type { LogEntry, WriteLogStore } from "./write-log-store.js";

/** A log in memory, whose calls may fail, and give a few entries at a time. */
class ScriptedLog implements WriteLogStore {
  readonly entries = new Map<number, LogEntry>();
  isAway = false;
  /** Called between asking for an entry to be added and adding it. */
  beforeAdd: () => void = () => undefined;

  async latest(): Promise<number> {
    return Math.max(0, ...this.entries.keys());
  }

  async after(number: number): Promise<readonly LogEntry[]> {
    if (this.isAway) throw new StoreAway("gone");
    const later = [...this.entries.values()].filter((entry) => entry.number > number);
    return later.toSorted((a, b) => a.number - b.number).slice(0, 2);
  }

  async add(entry: LogEntry): Promise<boolean> {
    this.beforeAdd();
    if (this.isAway) throw new StoreAway("gone");
    if (this.entries.has(entry.number)) return false;
    this.entries.set(entry.number, entry);
    return true;
  }

  async remove(number: number): Promise<void> {
    this.entries.delete(number);
  }
}

let store: ScriptedLog;
beforeEach(() => {
  store = new ScriptedLog();
});

/** A replica, and what it read. */
async function replica(writer: string) {
  const read: string[] = [];
  let readAll = 0;
  const log = new WriteLog({
    store,
    writer,
    readPeople: async (userIds) => void read.push(...userIds),
    readAll: async () => void readAll++,
  });
  await log.begin();
  return { log, read, readAll: () => readAll };
}

async function tell({ log }: { log: WriteLog }, ...userIds: string[]): Promise<void> {
  for (const userId of userIds) log.note(userId);
  await log.sync();
}

describe("WriteLog", () => {
  it("tells each replica whom the others wrote, once, and nobody of themselves", async () => {
    const [a, b, c] = [await replica("a"), await replica("b"), await replica("c")];
    await tell(a, "ada", "alan");
    await tell(b, "bob");
    await tell(a, "ada");
    for (const { log } of [a, b, c, c]) await log.follow();
    expect([a.read, b.read, c.read]).toEqual([
      ["bob"],
      ["ada", "alan", "ada"],
      ["ada", "alan", "bob", "ada"],
    ]);
    expect([a.log.othersWrote, c.log.othersWrote]).toEqual([true, true]);
  });

  it("misses none where several tell at once", async () => {
    const replicas = await Promise.all(["a", "b", "c", "d"].map(replica));
    await Promise.all(replicas.map((each, i) => tell(each, `x${i}`, `y${i}`)));
    for (const { log } of replicas) await log.follow();
    for (const [i, { read }] of replicas.entries()) {
      const others = [0, 1, 2, 3]
        .filter((other) => other !== i)
        .flatMap((other) => [`x${other}`, `y${other}`]);
      expect(read.toSorted()).toEqual(others.toSorted());
    }
    expect([...store.entries.keys()]).toEqual([1, 2, 3, 4]);
  });

  it("tells again of who is written while it tells of them", async () => {
    const a = await replica("a");
    a.log.note("ada");
    store.beforeAdd = () => {
      store.beforeAdd = () => undefined;
      a.log.note("ada");
    };
    await a.log.sync();
    expect([...store.entries.values()].map(({ userIds }) => userIds)).toEqual([["ada"], ["ada"]]);
  });

  it("tells when the store is back whom it could not tell of", async () => {
    const [a, b] = [await replica("a"), await replica("b")];
    store.isAway = true;
    await expect(tell(a, "ada")).rejects.toBeInstanceOf(StoreAway);
    store.isAway = false;
    await a.log.sync();
    await b.log.follow();
    expect(b.read).toEqual(["ada"]);
  });

  it("reads everybody where it was away for longer than entries are kept", async () => {
    const [a, b] = [await replica("a"), await replica("b")];
    for (let i = 0; i < 2_010; i++) await tell(a, "ada");
    expect(store.entries.size).toBe(2_000);
    await b.log.follow();
    expect([b.readAll(), b.read]).toEqual([2, []]);
    await tell(a, "alan");
    await b.log.follow();
    expect([b.readAll(), b.read]).toEqual([2, ["alan"]]);
  });

  it("divides whom it tells of, and begins where the log stands", async () => {
    const a = await replica("a");
    await tell(a, ...Array.from({ length: 2_500 }, (_, i) => `user-${i}`));
    expect([...store.entries.values()].map(({ userIds }) => userIds.length)).toEqual([1_000, 1_000, 500]);
    const late = await replica("late");
    await late.log.follow();
    expect([late.readAll(), late.read]).toEqual([1, []]);
  });
});
