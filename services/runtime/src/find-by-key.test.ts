import { getTableColumns } from "drizzle-orm";
import { boolean, int, mysqlTable } from "drizzle-orm/mysql-core";
import { drizzle } from "drizzle-orm/mysql2";
import { createPool, type Pool } from "mysql2/promise";
import { createEmptyDatabase } from "../../../tests/fixtures/test-database.js";
import { exactText, instant, stringList } from "./columns.js";
import { createFindByKey } from "./find-by-key.js";
import { replacementOf } from "./replacement.js";

const nights = mysqlTable("nights", {
  name: exactText("night_name", { length: 10 }).primaryKey(),
  starts: instant("start_ms").notNull(),
  ends: instant("end_ms"),
  genres: stringList("genres").notNull(),
  free: boolean("free").notNull(),
  guests: int("guests"),
});
const { guests, ...columns } = getTableColumns(nights);

let url: string;
let pool: Pool;
beforeAll(async () => {
  url = await createEmptyDatabase("keys");
  pool = createPool({ uri: url });
  await pool.query(
    "CREATE TABLE nights (night_name VARCHAR(10) PRIMARY KEY, start_ms BIGINT, end_ms BIGINT, genres TEXT, free BOOLEAN, guests INT)",
  );
});
beforeEach(() => pool.query("DELETE FROM nights"));
afterAll(async () => {
  await pool.query(`DROP DATABASE \`${new URL(url).pathname.slice(1)}\``);
  await pool.end();
});

const row = (name: string, changes: object = {}) => ({
  name,
  starts: new Date("2026-06-20T20:00:00.123Z"),
  ends: null,
  genres: ["a", "it's"],
  free: true,
  guests: 7,
  ...changes,
});

describe("createFindByKey", () => {
  const find = (keys: readonly string[]) => createFindByKey(pool, nights, columns, "name")(keys);

  it("reads the columns that it was told, as the schema says that they are", async () => {
    await drizzle(pool).insert(nights).values(row("a"));
    expect(await find(["a"])).toEqual([
      {
        name: "a",
        starts: new Date("2026-06-20T20:00:00.123Z"),
        ends: null,
        genres: ["a", "it's"],
        free: true,
      },
    ]);
  });

  it("answers each row once, in the order of first mention, without what is not there", async () => {
    await drizzle(pool)
      .insert(nights)
      .values(["a", "b", "it's \\"].map((name) => row(name)));
    const found = await find(["it's \\", "none", "b", "it's \\", "a"]);
    expect(found.map(({ name }) => name)).toEqual(["it's \\", "b", "a"]);
  });

  it("asks nothing when it is asked for nothing", async () => {
    expect(await find([])).toEqual([]);
  });

  it("asks the database once", async () => {
    const queries: string[] = [];
    const listening = jest.spyOn(pool, "query").mockImplementation(async (options: unknown) => {
      queries.push((options as { sql: string }).sql);
      return [[], []] as never;
    });
    await find(["a", "b"]);
    listening.mockRestore();
    expect(queries).toEqual([
      "SELECT `night_name` AS `name`, `start_ms` AS `starts`, `end_ms` AS `ends`, `genres` AS `genres`, " +
        "`free` AS `free` FROM `nights` WHERE `night_name` IN (?)",
    ]);
  });
});

describe("replacementOf", () => {
  it("gives every column of the row that is there its new value", async () => {
    const put = (changes: object) =>
      drizzle(pool)
        .insert(nights)
        .values([row("a", changes), row("b", changes)])
        .onDuplicateKeyUpdate({ set: replacementOf(nights) });
    await put({});
    const changes = { starts: new Date(1), ends: new Date(2), genres: [], free: false, guests: null };
    await put(changes);
    expect(await drizzle(pool).select().from(nights)).toEqual([row("a", changes), row("b", changes)]);
  });
});
