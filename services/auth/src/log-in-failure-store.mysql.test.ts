import type { RowDataPacket } from "mysql2";
import { createTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.js";
import type { LogInFailureStore } from "./log-in-failure-store.js";
import { createMysqlLogInFailureStore } from "./log-in-failure-store.mysql.js";

const now = new Date("2026-06-20T22:00:00Z");
const after = (ms: number) => new Date(now.getTime() + ms);

let database: TestDatabase;
let store: LogInFailureStore;

beforeAll(async () => {
  database = await createTestDatabase("auth");
  store = createMysqlLogInFailureStore(database.db);
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("DELETE FROM log_in_failures"));

describe("createMysqlLogInFailureStore()", () => {
  it("counts each email by itself, in the window that the first failure opened", async () => {
    await store.record("ada@example.ie", now, after(1000));
    await store.record("ada@example.ie", after(999), after(1999));
    await store.record("bob@example.ie", after(999), after(1999));
    expect(await store.find("ada@example.ie")).toEqual({ failures: 2, windowEnd: after(1000) });
    expect(await store.find("bob@example.ie")).toEqual({ failures: 1, windowEnd: after(1999) });
    expect(await store.find("eve@example.ie")).toBeUndefined();
  });

  it("opens a new window when the old one has ended", async () => {
    await store.record("ada@example.ie", now, after(1000));
    await store.record("ada@example.ie", after(1000), after(2000));
    expect(await store.find("ada@example.ie")).toEqual({ failures: 1, windowEnd: after(2000) });
  });

  it("loses none of fifty at once", async () => {
    await Promise.all(Array.from({ length: 50 }, () => store.record("ada@example.ie", now, after(1000))));
    expect((await store.find("ada@example.ie"))?.failures).toBe(50);
  });

  it("starts from nothing once cleared", async () => {
    await store.record("ada@example.ie", now, after(1000));
    await store.clear("ada@example.ie");
    expect(await store.find("ada@example.ie")).toBeUndefined();
  });

  it("forgets the windows that have ended and keeps the others", async () => {
    await store.record("ada@example.ie", now, after(1000));
    await store.record("bob@example.ie", now, after(1001));
    await store.deleteExpired(after(1000));
    expect(await store.find("ada@example.ie")).toBeUndefined();
    expect(await store.find("bob@example.ie")).toBeDefined();
  });

  it("keeps no email", async () => {
    await store.record("ada@example.ie", now, after(1000));
    const [rows] = await database.pool.query<RowDataPacket[]>("SELECT * FROM log_in_failures");
    expect(rows).toHaveLength(1);
    expect(
      Object.values(rows[0] ?? {})
        .map(String)
        .join("\n"),
    ).not.toContain("ada");
  });
});
