import { createLogger } from "@craic/runtime/log.js";
import { DAY_MS, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";
import { TraceExpiry } from "./trace-expiry.js";
import { MOST_WAITING } from "./trace-recorder.js";
import { createMysqlTraceStore } from "./trace-store.mysql.js";

const log = createLogger("silent", "recommender");

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("DELETE FROM traces"));

const bounds = ({ most }: { most: number }) => ({ ttlMs: 14 * DAY_MS, most });
const trace = (ms: number) => ({
  recommendationId: uuidv7At(ms),
  requestId: "request-0001",
  modelVersion: "1.0.0",
  variant: "",
  payload: Buffer.from("x"),
});

describe("TraceExpiry", () => {
  it("removes all that is older than the time to live, some at a time, and nothing else", async () => {
    const store = createMysqlTraceStore(database);
    await store.insert(Array.from({ length: 400 }, (_, i) => trace(nowMs - 14 * DAY_MS - 1 - i)));
    const young = [trace(nowMs - 14 * DAY_MS), trace(nowMs)];
    await store.insert(young);
    let clockMs = nowMs;
    const expiry = new TraceExpiry(store, bounds({ most: 1_000 }), () => new Date(clockMs), log);
    const left: number[] = [];
    for (let i = 0; i < 4; i++) {
      await expiry.removeSome();
      left.push((await store.find({ requestId: "request-0001" }, 1_000)).length);
    }
    expect(left).toEqual([242, 82, 2, 2]);
    expect(await store.find({ requestId: "request-0001" }, 10)).toEqual(young);
    clockMs += 1;
    await expiry.removeSome();
    expect(await store.find({ requestId: "request-0001" }, 10)).toEqual([young[1]]);
  });

  it("keeps no more than so many, the newest", async () => {
    const store = createMysqlTraceStore(database);
    const many = Array.from({ length: 500 }, (_, i) => trace(nowMs - i));
    await store.insert(many);
    const expiry = new TraceExpiry(store, bounds({ most: 250 }), () => new Date(nowMs), log);
    await expiry.removeSome();
    expect(await store.find({ requestId: "request-0001" }, 1_000)).toEqual(many.slice(-340));
    await expiry.removeSome();
    await expiry.removeSome();
    expect(await store.find({ requestId: "request-0001" }, 1_000)).toEqual(many.slice(-250));
  });

  it("keeps up with as many as are written at most", async () => {
    const store = createMysqlTraceStore(database);
    const expiry = new TraceExpiry(store, bounds({ most: 100 }), () => new Date(nowMs), log);
    for (let second = 0; second < 4; second++) {
      await store.insert(Array.from({ length: MOST_WAITING }, () => trace(nowMs)));
      await expiry.removeSome();
    }
    expect(await store.find({ requestId: "request-0001" }, 1_000)).toHaveLength(100);
  });
});
