import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathOf } from "@craic/runtime/kubernetes.js";
import { createLogger } from "@craic/runtime/log.js";
import { type Environment, Settings, SettingsError } from "@craic/runtime/settings.js";
import { createConnection } from "mysql2/promise";
import { FakeKubernetes } from "../../../../tests/fixtures/fake-kubernetes.js";
import type { Command } from "./command.js";
import { databases, migrate } from "./state-commands.js";

const suffix = randomBytes(4).toString("hex");
const assets = mkdtempSync(join(tmpdir(), "craic-assets-"));
const admin = process.env.CRAIC_TEST_MYSQL_URL as string;

function urlOf(user: string, database = user): string {
  const url = new URL(admin);
  url.username = `test_${user}_${suffix}`;
  url.password = `${user}-password`;
  url.pathname = database === "" ? "/" : `/test_${database}_${suffix}`;
  return url.href;
}

const environment: Environment = {
  CRAIC_MYSQL_URL: admin,
  CRAIC_AUTH_MYSQL_URL: urlOf("auth"),
  CRAIC_RECOMMENDER_MYSQL_URL: urlOf("recommender"),
  CRAIC_TRAINER_MYSQL_URL: urlOf("trainer", "recommender"),
  CRAIC_BACKUP_MYSQL_URL: urlOf("backup", ""),
};

function run(command: Command, more: Environment = {}): Promise<void> {
  const settings = new Settings({ ...environment, ...more });
  return command.run({ settings, log: createLogger("silent", "test"), now: () => new Date(), assets });
}

async function query(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection({ uri: url });
  try {
    const [rows] = await connection.query(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

beforeAll(async () => {
  for (const service of ["auth", "recommender"]) {
    cpSync(join(__dirname, "../../..", service, "migrations"), join(assets, "migrations", service), {
      recursive: true,
    });
  }
  await run(databases);
});
afterAll(async () => {
  for (const service of ["auth", "recommender"])
    await query(admin, `DROP DATABASE test_${service}_${suffix}`);
  for (const user of ["auth", "recommender", "trainer", "backup"]) {
    await query(admin, `DROP USER test_${user}_${suffix}@'%'`);
  }
  rmSync(assets, { recursive: true });
});

describe("databases", () => {
  it("gives each service all of its own database and nothing of another's", async () => {
    await query(urlOf("auth"), "CREATE TABLE own (id INT)");
    await expect(query(urlOf("recommender"), `SELECT * FROM test_auth_${suffix}.own`)).rejects.toMatchObject({
      code: "ER_TABLEACCESS_DENIED_ERROR",
    });
    expect(await query(urlOf("recommender"), "SHOW DATABASES LIKE 'test%'")).toEqual([
      { "Database (test%)": `test_recommender_${suffix}` },
    ]);
    await query(urlOf("auth"), "DROP TABLE own");
  });

  it("lets the trainer read what the recommender has, and write nothing", async () => {
    await query(urlOf("recommender"), "CREATE TABLE seen (id INT)");
    const trainer = urlOf("trainer", "recommender");
    expect(await query(trainer, "SELECT * FROM seen")).toEqual([]);
    await expect(query(trainer, "INSERT INTO seen VALUES (1)")).rejects.toMatchObject({
      code: "ER_TABLEACCESS_DENIED_ERROR",
    });
    await query(urlOf("recommender"), "DROP TABLE seen");
  });

  it("disturbs nothing when it runs again, and sets a password that has changed", async () => {
    await query(urlOf("auth"), "CREATE TABLE kept (id INT)");
    const changed = new URL(urlOf("auth"));
    changed.password = "another-password";
    await run(databases, { CRAIC_AUTH_MYSQL_URL: changed.href });
    expect(await query(changed.href, "SELECT * FROM kept")).toEqual([]);
    await expect(query(urlOf("auth"), "SELECT 1")).rejects.toMatchObject({ code: "ER_ACCESS_DENIED_ERROR" });
    await run(databases);
    await query(urlOf("auth"), "DROP TABLE kept");
  });

  it("says in the Secret that it is done, so that pods may start", async () => {
    const server = await FakeKubernetes.start();
    const path = pathOf("craic", "secrets", "craic-secrets");
    server.put(path, { data: { other: "a2VwdA==" } });
    await run(databases, {
      CRAIC_SECRET: "craic-secrets",
      KUBERNETES_SERVICE_HOST: server.account.host,
      KUBERNETES_SERVICE_PORT: server.account.port,
      CRAIC_SERVICE_ACCOUNT_DIR: server.account.folder,
    });
    expect(server.get(path)?.data).toEqual({
      other: "a2VwdA==",
      "databases-made": Buffer.from("auth,recommender").toString("base64"),
    });
    await server.stop();
  });

  it("says all that is wrong with its settings before it does anything", async () => {
    const wrong = run(databases, { CRAIC_MYSQL_URL: "", CRAIC_AUTH_MYSQL_URL: "http://x" });
    await expect(wrong).rejects.toBeInstanceOf(SettingsError);
    await expect(wrong).rejects.toThrow(/CRAIC_MYSQL_URL is not set[\s\S]*CRAIC_AUTH_MYSQL_URL is not a URL/);
  });
});

describe("migrate", () => {
  const migrations = () => query(urlOf("auth"), "SELECT * FROM __drizzle_migrations ORDER BY id");

  it("brings tables up to date, once, however many do so at once and again", async () => {
    await Promise.all([run(migrate), run(migrate), run(migrate)]);
    const first = (await migrations()) as { hash: string }[];
    expect(new Set(first.map(({ hash }) => hash)).size).toBe(first.length);
    await query(urlOf("auth"), "INSERT INTO log_in_failures SELECT * FROM log_in_failures");
    await run(migrate);
    expect(await migrations()).toEqual(first);
  });
});
