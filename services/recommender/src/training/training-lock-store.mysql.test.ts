import { createLogger } from "@craic/runtime/log.js";
import { openPool } from "@craic/runtime/mysql.js";
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from "../../../../tests/fixtures/test-database.js";
import { until } from "../../../../tests/fixtures/until.js";
import type { HeldTrainingLock } from "./training-lock.js";
import { createMysqlTrainingLock } from "./training-lock-store.mysql.js";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
});
afterAll(() => database.close());

describe("createMysqlTrainingLock()", () => {
  it("is one trainer's until it is released", async () => {
    const lock = createMysqlTrainingLock(database);
    const held = await lock.take();
    expect(await held?.isHeld()).toBe(true);
    expect(await lock.take()).toBeUndefined();
    await held?.release();
    const next = await lock.take();
    expect(await next?.isHeld()).toBe(true);
    await next?.release();
  });

  it("is free again when its holder's connection has gone, and the holder can tell", async () => {
    const lock = createMysqlTrainingLock(database);
    const other = { pool: await openPool(database.url, createLogger("silent", "test"), { connections: 1 }) };
    const held = await createMysqlTrainingLock(other).take();
    const [rows] = await database.pool.query({
      sql: "SELECT IS_USED_LOCK(CONCAT('craic-train-', DATABASE()))",
      rowsAsArray: true,
    });
    await database.pool.query(`KILL ${(rows as unknown as [[number]])[0][0]}`);
    let next: HeldTrainingLock | undefined;
    await until(async () => {
      next = await lock.take();
      return next !== undefined;
    });
    expect(await held?.isHeld()).toBe(false);
    await held?.release();
    expect(await next?.isHeld()).toBe(true);
    await next?.release();
    await other.pool.end();
  });

  it("is another one for another database of the same server", async () => {
    const elsewhere = {
      pool: await openPool(await createEmptyDatabase("recommender"), createLogger("silent", "test")),
    };
    const held = await createMysqlTrainingLock(database).take();
    const other = await createMysqlTrainingLock(elsewhere).take();
    expect(await other?.isHeld()).toBe(true);
    await Promise.all([held?.release(), other?.release()]);
    await elsewhere.pool.end();
  });
});
