import { randomUUID } from "node:crypto";
import type { RowDataPacket } from "mysql2";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import { mintRefreshToken } from "./refresh-token.js";
import { REUSE_GRACE_MS } from "./session.js";
import type { Rotation, SessionStore } from "./session-store.js";
import { createMysqlSessionStore } from "./session-store.mysql.js";

const DAY_MS = 24 * 60 * 60_000;
const userId = "0197915c-3e0a-7cc3-8a1e-5b2f4d6c8e90";
const start = new Date("2026-06-20T22:00:00Z");
const after = (ms: number) => new Date(start.getTime() + ms);

let database: TestDatabase;
let store: SessionStore;

beforeAll(async () => {
  database = await createTestDatabase("auth");
  store = createMysqlSessionStore(database.pool);
});
afterAll(() => database.close());

describe("rotate()", () => {
  it("spends a token for its successor, which then works in its place", async () => {
    const { sessionId, first } = await openSession();
    const second = token(sessionId, after(2 * DAY_MS));
    expect(await store.rotate(first, second, after(1))).toEqual({ outcome: "rotated", userId });
    const third = token(sessionId, after(3 * DAY_MS));
    expect(await store.rotate(second, third, after(DAY_MS + 1))).toEqual({ outcome: "rotated", userId });
  });

  it("ends the session when a token comes back after the grace", async () => {
    const { sessionId, first } = await openSession();
    const second = token(sessionId);
    await store.rotate(first, second, start);
    expect(await store.rotate(first, token(sessionId), after(REUSE_GRACE_MS))).toEqual({ outcome: "reused" });
    expect(await store.rotate(second, token(sessionId), after(REUSE_GRACE_MS))).toEqual({
      outcome: "unknown",
    });
    expect(await rowsOf(sessionId)).toEqual({ sessions: 0, tokens: 0 });
  });

  it("ends the session when a token comes back that is no longer on file", async () => {
    const { sessionId, first } = await openSession();
    const second = token(sessionId);
    await store.rotate(first, second, start);
    await store.rotate(second, token(sessionId), after(REUSE_GRACE_MS));
    expect(await rowsOf(sessionId)).toEqual({ sessions: 1, tokens: 2 });
    expect(await store.rotate(first, token(sessionId), after(DAY_MS - 1))).toEqual({ outcome: "reused" });
    expect(await rowsOf(sessionId)).toEqual({ sessions: 0, tokens: 0 });
  });

  it("takes a token once more within the grace, which does not begin anew with it", async () => {
    const { sessionId, first } = await openSession();
    const [second, sibling] = [token(sessionId), token(sessionId)];
    await store.rotate(first, second, start);
    expect(await store.rotate(first, sibling, after(REUSE_GRACE_MS - 1))).toMatchObject({
      outcome: "rotated",
    });
    const later = after(REUSE_GRACE_MS - 1);
    expect(await store.rotate(second, token(sessionId), later)).toMatchObject({ outcome: "rotated" });
    expect(await store.rotate(sibling, token(sessionId), later)).toMatchObject({ outcome: "rotated" });
    expect(await store.rotate(first, token(sessionId), after(REUSE_GRACE_MS))).toEqual({ outcome: "reused" });
  });

  it("refuses a token that has expired, and leaves the rest of its session alone", async () => {
    const { sessionId, first } = await openSession();
    const longer = token(sessionId, after(5 * DAY_MS));
    await store.rotate(first, longer, start);
    const sibling = token(sessionId, after(DAY_MS));
    await store.rotate(first, sibling, start);
    expect(await store.rotate(sibling, token(sessionId), after(DAY_MS))).toEqual({ outcome: "expired" });
    await store.deleteExpired(after(DAY_MS));
    expect(await store.rotate(longer, token(sessionId), after(DAY_MS))).toMatchObject({ outcome: "rotated" });
  });

  it("knows nothing of a session that never was", async () => {
    const { sessionId } = await openSession();
    const stranger = token(randomUUID());
    expect(await store.rotate(stranger, token(stranger.sessionId), start)).toEqual({ outcome: "unknown" });
    expect(await rowsOf(sessionId)).toEqual({ sessions: 1, tokens: 1 });
  });

  it("keeps of the tokens those that may still come, however often it is done", async () => {
    const { sessionId, first } = await openSession();
    let current = first;
    for (let i = 1; i <= 20; i++) {
      const next = token(sessionId, after(i * DAY_MS + DAY_MS));
      expect(await store.rotate(current, next, after(i * DAY_MS - 1))).toMatchObject({ outcome: "rotated" });
      current = next;
    }
    expect(await rowsOf(sessionId)).toEqual({ sessions: 1, tokens: 2 });
  });

  it("lets twenty at once each have a successor, all of which work", async () => {
    const { sessionId, first } = await openSession();
    const successors = Array.from({ length: 20 }, () => token(sessionId));
    const rotations = await Promise.all(successors.map((successor) => store.rotate(first, successor, start)));
    expect(outcomes(rotations)).toEqual({ rotated: 20 });
    const onward = await Promise.all(
      successors.map((successor) => store.rotate(successor, token(sessionId), after(REUSE_GRACE_MS))),
    );
    expect(outcomes(onward)).toEqual({ rotated: 20 });
  });

  it("ends the session once and for all when twenty bring back a spent token at once", async () => {
    const { sessionId, first } = await openSession();
    const second = token(sessionId);
    await store.rotate(first, second, start);
    const late = after(REUSE_GRACE_MS);
    const tries = Array.from({ length: 20 }, (_, i) =>
      store.rotate(i === 7 ? second : first, token(sessionId), late),
    );
    const [winner, ...rest] = (await Promise.all(tries)).sort((a, b) => a.outcome.localeCompare(b.outcome));
    expect(["reused", "rotated"]).toContain(winner?.outcome);
    expect(rest.filter(({ outcome }) => outcome === "reused").length).toBeLessThanOrEqual(1);
    expect(await rowsOf(sessionId)).toEqual({ sessions: 0, tokens: 0 });
  });

  it("does not let neighbours in the index wait for each other", async () => {
    const opened = await Promise.all(Array.from({ length: 40 }, openSession));
    const rotated = opened.flatMap(({ sessionId, first }) =>
      [0, 1, 2].map(() => store.rotate(first, token(sessionId), after(1))),
    );
    expect(outcomes(await Promise.all(rotated))).toEqual({ rotated: 120 });
  });
});

describe("end()", () => {
  it("ends the session and no other", async () => {
    const [mine, other] = [await openSession(), await openSession()];
    await store.end(mine.sessionId);
    await store.end(mine.sessionId);
    expect(await rowsOf(mine.sessionId)).toEqual({ sessions: 0, tokens: 0 });
    expect(await rowsOf(other.sessionId)).toEqual({ sessions: 1, tokens: 1 });
  });

  it("leaves nothing behind when a refresh comes at the same time", async () => {
    for (let i = 0; i < 20; i++) {
      const { sessionId, first } = await openSession();
      await Promise.all([store.rotate(first, token(sessionId), start), store.end(sessionId)]);
      expect(await rowsOf(sessionId)).toEqual({ sessions: 0, tokens: 0 });
    }
  });
});

describe("deleteExpired()", () => {
  it("forgets the sessions that are over, in batches, and keeps the others", async () => {
    await database.pool.query("DELETE FROM sessions");
    await database.pool.query("DELETE FROM refresh_tokens");
    const over = await Promise.all(Array.from({ length: 3 }, openSession));
    const kept = await openSession();
    await store.rotate(kept.first, token(kept.sessionId, after(DAY_MS + 1)), start);
    await fillWithExpired(1_200);
    await store.deleteExpired(after(DAY_MS));
    for (const { sessionId } of over) expect(await rowsOf(sessionId)).toEqual({ sessions: 0, tokens: 0 });
    expect(await rowsOf(kept.sessionId)).toEqual({ sessions: 1, tokens: 2 });
    const [rows] = await database.pool.query<RowDataPacket[]>("SELECT COUNT(*) AS rest FROM sessions");
    expect(rows[0]?.rest).toBe(1);
  });
});

function token(sessionId: string, expireTime = after(DAY_MS)) {
  return { ...mintRefreshToken(sessionId), expireTime };
}

async function openSession() {
  const first = token(randomUUID());
  await store.open({ sessionId: first.sessionId, userId }, first);
  return { sessionId: first.sessionId, first };
}

function outcomes(rotations: readonly Rotation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of rotations) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function rowsOf(sessionId: string): Promise<{ sessions: number; tokens: number }> {
  const id = Buffer.from(sessionId.replaceAll("-", ""), "hex");
  const [rows] = await database.pool.query<RowDataPacket[]>(
    `SELECT (SELECT COUNT(*) FROM sessions WHERE session_id = ?) AS sessions,
            (SELECT COUNT(*) FROM refresh_tokens WHERE session_id = ?) AS tokens`,
    [id, id],
  );
  return { sessions: rows[0]?.sessions, tokens: rows[0]?.tokens };
}

async function fillWithExpired(count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => [
    Buffer.from(randomUUID().replaceAll("-", ""), "hex"),
    Buffer.alloc(16),
    start.getTime(),
  ]);
  await database.pool.query("INSERT INTO sessions (session_id, user_id, expire_time_ms) VALUES ?", [rows]);
}
