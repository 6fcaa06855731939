import { once } from "node:events";
import type { Socket } from "node:net";
import { type Severable, severable } from "../../../tests/fixtures/severable-database.js";
import { createEmptyDatabase } from "../../../tests/fixtures/test-database.js";
import { createLogger } from "./log.js";
import { isDatabaseUnreachable, openPool } from "./mysql.js";

const SILENCE_MS = 150;

let database: Severable;
let pool: Awaited<ReturnType<typeof openPool>>;

beforeEach(async () => {
  database = await severable(await createEmptyDatabase("silence"));
  pool = await openPool(database.url, createLogger("silent", "silence"), {
    connections: 1,
    silenceMs: SILENCE_MS,
  });
});

afterEach(async () => {
  await pool.end();
  await database.sever();
});

const ask = () => pool.query("SELECT 1").catch((error: unknown) => error);

describe("a database that says nothing", () => {
  it("is one that cannot be reached", async () => {
    database.hush();
    expect(isDatabaseUnreachable(await ask())).toBe(true);
  });

  it("is asked over a new connection when it speaks again", async () => {
    database.hush();
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(isDatabaseUnreachable(first)).toBe(true);
    // It waited for the only connection, and was the first to have a new one.
    expect(second).not.toBeInstanceOf(Error);
  });

  it("keeps a connection that nobody uses", async () => {
    const idOf = async () => (await pool.query("SELECT CONNECTION_ID() AS id"))[0];
    const before = await idOf();
    const connection = await pool.getConnection();
    const { stream } = connection.connection as unknown as { readonly stream: Socket };
    connection.release();
    await once(stream, "timeout");
    expect(await idOf()).toEqual(before);
  });
});
