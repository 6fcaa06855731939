import { createLogger } from "@craic/runtime/log.js";
import { DAY_MS, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";
import { TraceExpiry } from "./trace-expiry.js";
import { createMysqlTraceStore } from "./trace-store.mysql.js";

const log = createLogger("silent", "recommender");

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("DELETE FROM traces"));

const trace = (ms: number) => ({
  recommendationId: uuidv7At(ms),
  requestId: "request-0001",
  modelVersion: "1.0.0",
  variant: "",
  payload: Buffer.from("x"),
});

describe("TraceExpiry", () => {
  it("removes all that is older than the time to live, in batches, and nothing else", async () => {
    const store = createMysqlTraceStore(database);
    await store.insert(Array.from({ length: 1_100 }, (_, i) => trace(nowMs - 14 * DAY_MS - 1 - i)));
    const young = [trace(nowMs - 14 * DAY_MS), trace(nowMs)];
    await store.insert(young);
    let clockMs = nowMs;
    const batches: number[] = [];
    const counting = {
      ...store,
      async removeBefore(instantMs: number, limit: number) {
        const removed = await store.removeBefore(instantMs, limit);
        batches.push(removed);
        return removed;
      },
    };
    const bounds = { ttlMs: 14 * DAY_MS, most: 1_000 };
    const expiry = new TraceExpiry(counting, bounds, () => new Date(clockMs), log);
    await expiry.removeExpired();
    expect(batches).toEqual([500, 500, 100]);
    expect(await store.find({ requestId: "request-0001" }, 10)).toEqual(young);
    clockMs += 1;
    await expiry.removeExpired();
    expect(await store.find({ requestId: "request-0001" }, 10)).toEqual([young[1]]);
  });

  it("keeps no more than so many, the newest", async () => {
    const store = createMysqlTraceStore(database);
    const many = Array.from({ length: 1_300 }, (_, i) => trace(nowMs - i));
    await store.insert(many);
    const expiry = new TraceExpiry(store, { ttlMs: DAY_MS, most: 250 }, () => new Date(nowMs), log);
    await expiry.removeExpired();
    expect(await store.find({ requestId: "request-0001" }, 2_000)).toEqual(many.slice(-250));
  });
});
