import { sql } from "drizzle-orm";
import { createPool, type Pool } from "mysql2/promise";
import { severable } from "../../../tests/fixtures/severable-database.js";
import { createEmptyDatabase } from "../../../tests/fixtures/test-database.js";
import { isDatabaseUnreachable } from "./database-error.js";
import { inTransaction } from "./transaction.js";

let url: string;
let pool: Pool;
beforeAll(async () => {
  url = await createEmptyDatabase("transactions");
  pool = createPool({ uri: url, connectionLimit: 3 });
  await pool.query("CREATE TABLE numbers (id INT PRIMARY KEY, value INT NOT NULL)");
});
beforeEach(() => pool.query("REPLACE INTO numbers VALUES (1, 0), (2, 0)"));
afterAll(async () => {
  await pool.query(`DROP DATABASE \`${new URL(url).pathname.slice(1)}\``);
  await pool.end();
});

const values = async () => {
  const [rows] = await pool.query({ sql: "SELECT value FROM numbers ORDER BY id", rowsAsArray: true });
  return (rows as number[][]).flat();
};
const add = (id: number) => sql`UPDATE numbers SET value = value + 1 WHERE id = ${id}`;

describe("inTransaction", () => {
  it("keeps all that was done, and answers what the work answers", async () => {
    const answer = await inTransaction(pool, async (transaction) => {
      await transaction.execute(add(1));
      await transaction.execute(add(2));
      return "done";
    });
    expect(answer).toBe("done");
    expect(await values()).toEqual([1, 1]);
  });

  it("keeps nothing when the work fails, and throws what it threw", async () => {
    const failure = new Error("second thoughts");
    const work = inTransaction(pool, async (transaction) => {
      await transaction.execute(add(1));
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await values()).toEqual([0, 0]);
  });

  it("gives its connection back, whether the work succeeds or fails", async () => {
    for (let i = 0; i < 10; i++) {
      await inTransaction(pool, async () => {
        throw new Error("no");
      }).catch(() => undefined);
      await inTransaction(pool, (transaction) => transaction.execute(add(1)));
    }
    expect(await values()).toEqual([10, 0]);
  });

  it("tries again when it loses a deadlock", async () => {
    let tries = 0;
    const met = Promise.withResolvers<void>();
    let arrived = 0;
    const crossing = (first: number, second: number) =>
      inTransaction(pool, async (transaction) => {
        tries++;
        await transaction.execute(add(first));
        if (++arrived === 2) met.resolve();
        // Both hold one row, and want the other's.
        await met.promise;
        await transaction.execute(add(second));
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect(await values()).toEqual([2, 2]);
    expect(tries).toBe(3);
  });

  it("throws that the server is gone when it goes in the middle, and serves again once it is back", async () => {
    const way = await severable(url);
    const frail = createPool({ uri: way.url, connectionLimit: 1 });
    const work = inTransaction(frail, async (transaction) => {
      await transaction.execute(add(1));
      await way.sever();
      await transaction.execute(add(2));
    });
    const error = await work.catch((reason: unknown) => reason);
    expect(isDatabaseUnreachable(error)).toBe(true);
    await way.mend();
    await inTransaction(frail, (transaction) => transaction.execute(add(2)));
    expect(await values()).toEqual([0, 1]);
    await frail.end();
    await way.sever();
  });
});
