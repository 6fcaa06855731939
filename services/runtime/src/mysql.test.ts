import { join } from "node:path";
import { createEmptyDatabase } from "../../../tests/fixtures/test-database.js";
import { createLogger } from "./log.js";
import { openDatabase } from "./mysql.js";

const log = createLogger("silent", "test");
const migrations = join(__dirname, "../../events/migrations");

describe("openDatabase", () => {
  it("migrates with a single connection", async () => {
    const url = await createEmptyDatabase("single");
    const database = await openDatabase(url, migrations, log, { connections: 1 });
    const [tables] = await database.pool.query("SHOW TABLES LIKE 'events'");
    expect(tables).toHaveLength(1);
    await database.close();
  });

  it("lets replicas that start together migrate one after the other", async () => {
    const url = await createEmptyDatabase("replicas");
    const replicas = await Promise.all(
      Array.from({ length: 4 }, () => openDatabase(url, migrations, log, { connections: 1 })),
    );
    const [applied] = await replicas[0]!.pool.query("SELECT id FROM __drizzle_migrations");
    const [distinct] = await replicas[0]!.pool.query("SELECT DISTINCT hash FROM __drizzle_migrations");
    expect(applied).toHaveLength((distinct as unknown[]).length);
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it("serves a user who may only read, once another one has migrated", async () => {
    const url = new URL(await createEmptyDatabase("reader"));
    const owner = await openDatabase(url.href, migrations, log, { connections: 1 });
    await owner.pool.query("CREATE USER IF NOT EXISTS 'only_reads'@'localhost' IDENTIFIED BY 'a'");
    await owner.pool.query(`GRANT SELECT ON \`${url.pathname.slice(1)}\`.* TO 'only_reads'@'localhost'`);
    const reading = new URL(url);
    reading.username = "only_reads";
    reading.password = "a";
    const reader = await openDatabase(reading.href, migrations, log, { connections: 1 });
    expect(await reader.pool.query("SELECT * FROM events")).toMatchObject([[], expect.anything()]);
    await owner.pool.query("DELETE FROM __drizzle_migrations");
    await expect(openDatabase(reading.href, migrations, log, { connections: 1 })).rejects.toMatchObject({
      cause: { code: "ER_TABLEACCESS_DENIED_ERROR" },
    });
    await Promise.all([owner.close(), reader.close()]);
  });

  it("rejects at once a database that a server refuses", async () => {
    const url = new URL(await createEmptyDatabase("refused"));
    url.pathname = "/no_such_database";
    await expect(openDatabase(url.href, migrations, log)).rejects.toThrow(/no_such_database/);
  });
});
