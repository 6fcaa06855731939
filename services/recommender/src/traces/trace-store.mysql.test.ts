import { randomUUID } from "node:crypto";
import { nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";
import type { Feedback } from "../feedback/feedback.js";
import { createMysqlFeedbackStore } from "../feedback/feedback-store.mysql.js";
import type { StoredTrace, TraceStore } from "./trace-store.js";
import { createMysqlTraceStore } from "./trace-store.mysql.js";

let database: TestDatabase;
let store: TraceStore;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
  store = createMysqlTraceStore(database);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("DELETE FROM traces");
  await database.pool.query("DELETE FROM feedback");
});

const trace = (changes: Partial<StoredTrace> = {}): StoredTrace => ({
  recommendationId: uuidv7At(nowMs),
  requestId: randomUUID(),
  modelVersion: "1.2.0",
  variant: "",
  payload: Buffer.from([0, 255, 13, 10, 0]),
  ...changes,
});

describe("the trace store", () => {
  it("gives back what was stored, by request and by recommendation, in order", async () => {
    const recommendationId = uuidv7At(nowMs);
    const first = trace({ recommendationId, requestId: "one-request", variant: "treatment" });
    const second = trace({ recommendationId, requestId: "one-request", payload: Buffer.from([7]) });
    const third = trace({ recommendationId, requestId: "another-request" });
    await store.insert([first, second, trace({ requestId: "One-Request" }), third]);
    expect(await store.find({ requestId: "one-request" }, 10)).toEqual([first, second]);
    expect(await store.find({ recommendationId }, 10)).toEqual([first, second, third]);
    expect(await store.find({ recommendationId }, 2)).toEqual([first, second]);
    expect(await store.find({ requestId: "no-request" }, 10)).toEqual([]);
  });

  it("stores all of a batch or nothing", async () => {
    const good = trace();
    const bad = trace({ modelVersion: "9".repeat(33) });
    await expect(store.insert([good, bad])).rejects.toThrow();
    expect(await store.find({ requestId: good.requestId }, 10)).toEqual([]);
    await store.insert([]);
  });

  it("knows which model made a recommendation, by its first page, with the trace where there is a variant", async () => {
    const [one, other] = [uuidv7At(nowMs), uuidv7At(nowMs + 1)];
    await store.insert([
      trace({ recommendationId: one }),
      trace({ recommendationId: one }),
      trace({ recommendationId: other, modelVersion: "popularity", variant: "b", payload: Buffer.of(1) }),
      trace({ recommendationId: other, modelVersion: "popularity", variant: "b", payload: Buffer.of(2) }),
    ]);
    expect(await store.originsOf([one, other, uuidv7At(nowMs)])).toEqual(
      new Map([
        [one, { modelVersion: "1.2.0", variant: "" }],
        [other, { modelVersion: "popularity", variant: "b", payload: Buffer.of(1) }],
      ]),
    );
    expect(await store.originsOf([])).toEqual(new Map());
  });

  it("finds the feedback that names a recommendation, of whom it was made for, in order of arrival", async () => {
    const [one, other] = [uuidv7At(nowMs), uuidv7At(nowMs)];
    const act = (changes: Partial<Feedback>): Feedback => ({
      feedbackId: randomUUID(),
      userId: randomUUID(),
      eventId: randomUUID(),
      kind: "impression",
      occurMs: nowMs,
      recommendationId: one,
      position: 3,
      ...changes,
    });
    const acts = [act({}), act({ recommendationId: "", position: 0 }), act({ kind: "save", occurMs: 1 })];
    const elsewhere = act({ recommendationId: other, kind: "hide" });
    await createMysqlFeedbackStore(database).insert([...acts, elsewhere]);
    const made = (recommendationId: string, userId = "") => ({ recommendationId, userId });
    expect(await store.feedbackOn([made(one)], 10)).toEqual([acts[0], acts[2]]);
    expect(await store.feedbackOn([made(one, acts[2]!.userId)], 10)).toEqual([acts[2]]);
    expect(await store.feedbackOn([made(one, acts[1]!.userId)], 10)).toEqual([]);
    expect(await store.feedbackOn([made(other), made(one)], 10)).toEqual([acts[0], acts[2], elsewhere]);
    expect(await store.feedbackOn([made(other), made(one)], 1)).toEqual([acts[0]]);
    expect(await store.feedbackOn([], 10)).toEqual([]);
  });

  it("removes the oldest, as many as it is told, and nothing that began at the instant or later", async () => {
    const old = [3, 1, 2].map((ms) => trace({ recommendationId: uuidv7At(nowMs - ms) }));
    const kept = [0, 1].map((ms) => trace({ recommendationId: uuidv7At(nowMs + ms) }));
    await store.insert([...old, ...kept]);
    expect(await store.removeBefore(nowMs, 2)).toBe(2);
    expect(await store.find({ requestId: old[1]!.requestId }, 1)).toHaveLength(1);
    expect(await store.removeBefore(nowMs, 2)).toBe(1);
    expect(await store.removeBefore(nowMs, 2)).toBe(0);
    for (const { requestId } of old) expect(await store.find({ requestId }, 1)).toEqual([]);
    for (const { requestId } of kept) expect(await store.find({ requestId }, 1)).toHaveLength(1);
  });
});
