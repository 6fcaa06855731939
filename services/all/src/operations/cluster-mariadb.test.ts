import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { ClusterMariadb } from "../../../../tests/fixtures/cluster-mariadb.js";
import { until } from "../../../../tests/fixtures/until.js";

let server: ClusterMariadb;
beforeEach(() => {
  server = new ClusterMariadb();
});
afterEach(() => server.remove());

describe("MariaDB as the chart starts it", () => {
  it("begins anew where it was killed while it made its data directory", async () => {
    await server.spawn();
    const made = join(server.home, ".new");
    await until(() => existsSync(made) && readdirSync(made).length > 3);
    await server.end("SIGKILL");
    expect(existsSync(join(server.home, "data"))).toBe(false);
    await server.start();
    expect(existsSync(made)).toBe(false);
  }, 60_000);

  it("keeps its data when it is killed and when it is asked to stop", async () => {
    await server.start();
    const connection = await createConnection({ uri: server.adminUrl });
    await connection.query("CREATE DATABASE craic_kept");
    await connection.query("CREATE TABLE craic_kept.numbers (n INT)");
    await connection.query("INSERT INTO craic_kept.numbers VALUES (1)");
    connection.on("error", () => undefined);
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      await server.end(signal);
      await server.start();
    }
    const again = await createConnection({ uri: server.adminUrl });
    const [rows] = await again.query("SELECT n FROM craic_kept.numbers");
    expect(rows).toEqual([{ n: 1 }]);
    await again.end();
  }, 60_000);

  it("lets nobody in without a password", async () => {
    await server.start();
    for (const user of ["root", "", "mysql"]) {
      const url = new URL(server.adminUrl);
      url.username = user;
      url.password = "";
      await expect(createConnection({ uri: url.href })).rejects.toThrow(/denied/);
    }
  }, 60_000);

  it("takes the place of nothing that it did not make", async () => {
    mkdirSync(join(server.home, "data"));
    writeFileSync(join(server.home, "data", "ibdata1"), "somebody's");
    const child = await server.spawn();
    await until(() => child.exitCode !== null);
    expect(readdirSync(server.home)).toEqual(["data"]);
  }, 60_000);
});
