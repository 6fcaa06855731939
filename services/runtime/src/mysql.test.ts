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

  it("rejects at once a database that a server refuses", async () => {
    const url = new URL(await createEmptyDatabase("refused"));
    url.pathname = "/no_such_database";
    await expect(openDatabase(url.href, migrations, log)).rejects.toThrow(/no_such_database/);
  });
});
