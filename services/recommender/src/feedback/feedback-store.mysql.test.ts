import { randomUUID } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import type { Feedback } from "./feedback.js";
import { type FeedbackStore, readAll } from "./feedback-store.js";
import { createMysqlFeedbackStore } from "./feedback-store.mysql.js";
import { uuidFromBytes } from "./uuid-bytes.js";

let database: TestDatabase;
let store: FeedbackStore;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
  store = createMysqlFeedbackStore(database);
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("DELETE FROM feedback"));

const item = (changes: Partial<Feedback> = {}): Feedback => ({
  feedbackId: randomUUID(),
  userId: randomUUID(),
  eventId: randomUUID(),
  kind: "save",
  occurMs: Date.UTC(2026, 5, 20, 22),
  recommendationId: "",
  position: 0,
  ...changes,
});

const countRows = async () => {
  const [rows] = await database.pool.query("SELECT COUNT(*) AS count FROM feedback");
  return (rows as { count: number }[])[0]!.count;
};

describe("the feedback store", () => {
  it("gives back what was stored, in order of arrival", async () => {
    const batch = [item({ kind: "click", occurMs: 2 }), item({ kind: "hide", occurMs: 1 }), item()];
    await store.insert(batch);
    const rows = await store.readAfter(0, 10);
    expect(
      rows.map((row) => ({
        userId: uuidFromBytes(row.userId),
        eventId: uuidFromBytes(row.eventId),
        kind: row.kind,
        occurMs: row.occurMs,
      })),
    ).toEqual(batch.map(({ userId, eventId, kind, occurMs }) => ({ userId, eventId, kind, occurMs })));
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => seq).toSorted((a, b) => a - b));
  });

  it("keeps the recommendation and the position", async () => {
    const recommendationId = randomUUID();
    await store.insert([item({ recommendationId, position: 10_000 }), item()]);
    const [rows] = await database.pool.query(
      "SELECT HEX(recommendation_id) AS id, position FROM feedback ORDER BY seq",
    );
    const hex = recommendationId.replaceAll("-", "").toUpperCase();
    expect(rows).toEqual([
      { id: hex, position: 10_000 },
      { id: null, position: 0 },
    ]);
  });

  it("counts an id once, whatever else differs, whether it was stored before or twice in a batch", async () => {
    const [first, second, third] = [item(), item(), item()];
    expect(await store.insert([first, second])).toEqual([first, second]);
    const again = { ...first, kind: "hide", userId: randomUUID() } as const;
    expect(await store.insert([again, third, { ...third, kind: "click" }])).toEqual([third]);
    expect(await store.insert([first, second, third])).toEqual([]);
    expect((await store.readAfter(0, 10)).map(({ kind }) => kind)).toEqual(["save", "save", "save"]);
  });

  it("stores each id once when replicas store overlapping batches at the same time, in any order", async () => {
    const shared = Array.from({ length: 40 }, () => item());
    const overlapping = (i: number) => [item(), ...shared.slice(i, i + 30), item()];
    const batches = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? overlapping(i) : overlapping(i).toReversed(),
    );
    const stored = await Promise.all(batches.map((batch) => store.insert(batch)));
    const ids = stored.flat().map(({ feedbackId }) => feedbackId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await countRows()).toBe(new Set(batches.flat()).size);
    expect(ids).toHaveLength(await countRows());
  });

  it("stores nothing of a batch when one of it cannot be stored", async () => {
    await expect(store.insert([item(), item({ position: 70_000 }), item()])).rejects.toThrow();
    expect(await countRows()).toBe(0);
  });

  it("reads from behind the row asked for, as many as asked for", async () => {
    await store.insert([
      item(),
      item({ kind: "impression" }),
      item({ kind: "unsave" }),
      item({ kind: "unhide" }),
    ]);
    const all = await store.readAfter(0, 10);
    expect(all.map(({ kind }) => kind)).toEqual(["save", "impression", "unsave", "unhide"]);
    expect(await store.readAfter(all[0]!.seq, 2)).toEqual(all.slice(1, 3));
  });

  it("reads everything, in chunks, without loss or repeat", async () => {
    const batch = Array.from({ length: 500 }, () => item());
    for (let i = 0; i < 21; i++) {
      await store.insert(batch.map((one) => ({ ...one, feedbackId: randomUUID() })));
    }
    const seqs: number[] = [];
    for await (const chunk of readAll(store)) seqs.push(...chunk.map(({ seq }) => seq));
    expect(new Set(seqs).size).toBe(10_500);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });
});
