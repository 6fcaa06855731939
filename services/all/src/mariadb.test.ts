import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { startMariadb } from "./mariadb.js";

describe("startMariadb", () => {
  it("keeps its data over a kill -9 and ends a server that was left behind", async () => {
    const directory = mkdtempSync(join(tmpdir(), "craic-mariadb-"));
    const first = await startMariadb(directory);
    await query(first.adminUrl, "CREATE DATABASE kept");
    process.kill(first.pid, "SIGKILL");
    await first.ended;

    const second = await startMariadb(directory);
    await query(second.adminUrl, "CREATE DATABASE kept_too");

    // `second` still runs: to `third` it is what a killed process left behind.
    const third = await startMariadb(directory);
    await second.ended;
    expect(await query(third.adminUrl, "SHOW DATABASES LIKE 'kept%'")).toHaveLength(2);
    await third.stop();
    rmSync(directory, { recursive: true });
  }, 120_000);
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const connection = await createConnection({ uri: url });
  const [rows] = await connection.query(sql);
  await connection.end();
  return Array.isArray(rows) ? rows : [];
}
