import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { createConnection } from "mysql2/promise";
import { keepMariadb } from "./kept-mariadb.js";

describe("keepMariadb", () => {
  it("brings a killed server back under the same address, with its data", async () => {
    const directory = mkdtempSync(join(tmpdir(), "craic-kept-"));
    const kept = await keepMariadb(directory, createLogger("silent", "test"));
    await query(kept.adminUrl, "CREATE DATABASE survivor");

    const killed = kept.pid();
    process.kill(killed, "SIGKILL");

    await until(async () => kept.pid() !== killed);
    expect(await query(kept.adminUrl, "SHOW DATABASES LIKE 'survivor'")).toHaveLength(1);
    await kept.stop();
    rmSync(directory, { recursive: true });
  }, 60_000);
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const connection = await createConnection({ uri: url });
  const [rows] = await connection.query(sql);
  await connection.end();
  return Array.isArray(rows) ? rows : [];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
