import { createBatchCache } from "./batch-cache.js";

interface Thing {
  readonly id: string;
}

function setUp({ maxEntries = 10, maxBatch = 10 } = {}) {
  let nowMs = 0;
  const asked: string[][] = [];
  const cache = createBatchCache<Thing>({
    idOf: (thing) => thing.id,
    ttlMs: 1_000,
    staleMs: 5_000,
    maxEntries,
    maxBatch,
    now: () => new Date(nowMs),
  });
  return {
    asked,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** Everything is known but ids that begin with "no". */
    get: async (...ids: string[]) => {
      const found = await cache.getMany(ids, async (missing) => {
        asked.push(missing);
        return missing.filter((id) => !id.startsWith("no")).map((id) => ({ id }));
      });
      return [...found.keys()];
    },
    cache,
  };
}

describe("BatchCache", () => {
  it("asks for each id once, and only for those it does not hold", async () => {
    const { get, asked } = setUp();
    await get("a", "b", "a");
    expect((await get("b", "c")).sort()).toEqual(["b", "c"]);
    expect(asked).toEqual([["a", "b"], ["c"]]);
  });

  it("remembers that an id is not known", async () => {
    const { get, asked } = setUp();
    expect(await get("nothing")).toEqual([]);
    expect(await get("nothing")).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it("asks again once an entry is as old as its time to live", async () => {
    const { get, asked, advance } = setUp();
    await get("a");
    advance(999);
    await get("a");
    expect(asked).toHaveLength(1);
    advance(1);
    await get("a");
    expect(asked).toHaveLength(2);
  });

  it("lets the entry go that was loaded longest ago when it is full", async () => {
    const { get, asked } = setUp({ maxEntries: 2 });
    await get("a");
    await get("b");
    await get("c");
    await get("b", "c");
    expect(asked).toHaveLength(3);
    await get("a");
    expect(asked.at(-1)).toEqual(["a"]);
  });

  it("splits what it asks for into batches the service takes", async () => {
    const { get, asked } = setUp({ maxBatch: 2 });
    expect(await get("a", "b", "c", "d", "e")).toHaveLength(5);
    expect(asked.map((batch) => batch.length)).toEqual([2, 2, 1]);
  });

  it("passes a failed load on and holds nothing of it", async () => {
    const { cache, get, asked } = setUp();
    await expect(cache.getMany(["a"], () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await get("a")).toEqual(["a"]);
    expect(asked).toEqual([["a"]]);
  });

  describe("when a load fails", () => {
    const down = () => Promise.reject(new Error("down"));

    it("serves what was loaded before for the time that it may be stale, then passes the failure on", async () => {
      const { cache, get, advance } = setUp();
      await get("a", "nothing");
      advance(1_000 + 4_999);
      expect([...(await cache.getMany(["a", "nothing"], down)).keys()]).toEqual(["a"]);
      advance(1);
      await expect(cache.getMany(["a"], down)).rejects.toThrow("down");
    });

    it("tells why it is not all there, and serves the rest", async () => {
      const { cache, get, advance } = setUp();
      await get("a");
      advance(1_000);
      const failures: unknown[] = [];
      const found = await cache.getMany(["a", "b"], down, (error) => failures.push(error));
      expect([...found.keys()]).toEqual(["a"]);
      expect(failures).toEqual([new Error("down")]);
    });
  });
});
