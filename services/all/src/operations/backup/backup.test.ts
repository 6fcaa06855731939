import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AttributeValue,
  CreateTableCommand,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { createLogger } from "@craic/runtime/log.js";
import { createConnection } from "mysql2/promise";
import { ClusterMariadb } from "../../../../../tests/fixtures/cluster-mariadb.js";
import { until } from "../../../../../tests/fixtures/until.js";
import { provideDatabases } from "../../databases.js";
import { type KeptDynalite, keepDynalite } from "../../kept-dynalite.js";
import { letIn, lockOut, provideReaders } from "../database-users.js";
import { type BackedUp, backUp } from "./backup.js";
import { openEmulatedDynamo } from "./dynamodb-tables.js";
import { findBackup, restoreModelFiles, restoreTables, unpackDatabases } from "./restore.js";

const log = createLogger("silent", "test");
const server = new ClusterMariadb();
const folder = mkdtempSync(join(tmpdir(), "craic-backup-"));
const TABLE = "experiments";
/** MariaDB's number; mysql2 has MySQL's name for it. */
const ER_ACCOUNT_HAS_BEEN_LOCKED = 4151;
let dynalite: KeptDynalite;
let places: BackedUp;

beforeAll(async () => {
  await server.start();
  const urls = ["auth", "events"].map((service) => server.urlOf(service));
  await provideDatabases(server.adminUrl, urls, log);
  const privileges = "SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES";
  await provideReaders(
    server.adminUrl,
    [{ url: server.urlOf("backup", ""), databases: urls, privileges }],
    log,
  );
  dynalite = await keepDynalite(join(folder, "dynamodb"));
  places = {
    folder: join(folder, "backups"),
    modelDir: join(folder, "models"),
    dynamo: { endpoint: dynalite.endpoint, tables: [TABLE, "a-table-that-was-never-made"] },
    s3: undefined,
  };
  mkdirSync(places.folder);
  await inDynamo((client) =>
    client.send(
      new CreateTableCommand({
        TableName: TABLE,
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    ),
  );
}, 60_000);

afterAll(async () => {
  await dynalite.stop();
  await server.remove();
  rmSync(folder, { recursive: true });
});

async function query(service: string, ...statements: readonly string[]): Promise<unknown> {
  const connection = await createConnection({
    uri: server.urlOf(service),
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  try {
    let rows: unknown;
    for (const statement of statements) [rows] = await connection.query(statement);
    return rows;
  } finally {
    await connection.end();
  }
}

async function inDynamo<T>(act: (client: ReturnType<typeof openEmulatedDynamo>) => Promise<T>): Promise<T> {
  const client = openEmulatedDynamo(dynalite.endpoint);
  try {
    return await act(client);
  } finally {
    client.destroy();
  }
}

const put = (item: Record<string, AttributeValue>) =>
  inDynamo((client) => client.send(new PutItemCommand({ TableName: TABLE, Item: item })));

async function items(): Promise<Record<string, AttributeValue>[]> {
  const found: Record<string, AttributeValue>[] = [];
  await inDynamo(async (client) => {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: TABLE })) found.push(...Items);
  });
  return found.sort((a, b) => String(a.id?.S).localeCompare(String(b.id?.S)));
}

function publish(version: string, content: string): void {
  mkdirSync(join(places.modelDir, version), { recursive: true });
  writeFileSync(join(places.modelDir, version, "model.safetensors"), content);
  writeFileSync(join(places.modelDir, "channels.json"), JSON.stringify({ control: version }));
}

let hour = 0;
/** As the backup's Job does. */
async function makeBackup(): Promise<string> {
  await server.dump("backup", ["craic_auth", "craic_events"]);
  const now = new Date(Date.UTC(2026, 5, 20, hour++));
  return await backUp(places, join(server.work, "databases.sql"), 3, now, log);
}

/** As the restore's Job does. */
async function restore(wanted = ""): Promise<string> {
  const name = await findBackup(places, wanted, log);
  const users = ["auth", "events"].map((service) => server.urlOf(service));
  await unpackDatabases(places.folder, name, join(server.work, "databases.sql"));
  await lockOut(server.adminUrl, users, log);
  await server.load();
  await restoreModelFiles(places, name, log);
  await letIn(server.adminUrl, users, log);
  await restoreTables(places, name, log);
  return name;
}

describe("A backup", () => {
  it("brings everything back after everything was destroyed", async () => {
    await query(
      "auth",
      "CREATE TABLE people (id BINARY(16) PRIMARY KEY, name VARCHAR(100), born DATETIME(3), big BIGINT, x DOUBLE, UNIQUE KEY name (name))",
      "INSERT INTO people VALUES (X'00010203040506070809270A0D5C221A', 'Zoë ''O\\\\Neill'' 🎉\\n', '2026-03-29 01:30:00.123', 9223372036854775807, 0.1)",
      "INSERT INTO people VALUES (X'FF000000000000000000000000000000', NULL, NULL, -1, NULL)",
    );
    await query("events", "CREATE TABLE nights (id INT PRIMARY KEY)", "INSERT INTO nights VALUES (1), (2)");
    const people = await query("auth", "SELECT * FROM people ORDER BY id");
    await put({
      id: { S: "a" },
      n: { N: "12345678901234567890" },
      b: { B: Buffer.of(0, 255) },
      l: { L: [{ BOOL: true }] },
    });
    await put({ id: { S: "b" }, m: { M: { B: { S: "no bytes" }, BS: { L: [{ S: "none either" }] } } } });
    const before = await items();
    publish("1.0.0", "numbers");
    const name = await makeBackup();

    await query(
      "auth",
      "DROP TABLE people",
      "CREATE TABLE people (id INT)",
      "CREATE TABLE strangers (id INT)",
    );
    await query("events", "DROP DATABASE craic_events");
    await put({ id: { S: "a" }, n: { N: "0" } });
    await put({ id: { S: "later" } });
    rmSync(join(places.modelDir, "1.0.0"), { recursive: true });
    publish("1.0.1", "others");

    expect(await restore()).toBe(name);
    expect(await query("auth", "SELECT * FROM people ORDER BY id")).toEqual(people);
    expect(await query("auth", "SHOW TABLES LIKE 'strangers'")).toEqual([]);
    expect(await query("events", "SELECT id FROM nights ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await items()).toEqual(before);
    expect(readdirSync(places.modelDir).sort()).toEqual(["1.0.0", "channels.json"]);
    expect(readFileSync(join(places.modelDir, "1.0.0", "model.safetensors"), "utf8")).toBe("numbers");
  }, 60_000);

  it("holds what was there at one instant, in all databases, while others write", async () => {
    await query("auth", "CREATE TABLE left_hand (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(200))");
    await query("events", "CREATE TABLE right_hand (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(200))");
    const writer = await createConnection({ uri: server.adminUrl });
    let pairs = 0;
    let stopped = false;
    const writing = (async () => {
      while (!stopped) {
        await writer.beginTransaction();
        await writer.query("INSERT INTO craic_auth.left_hand (text) VALUES (REPEAT('a', 200))");
        await writer.query("INSERT INTO craic_events.right_hand (text) VALUES (REPEAT('b', 200))");
        await writer.commit();
        pairs++;
      }
    })();
    await until(() => pairs > 50);
    const name = await makeBackup();
    const atTheEnd = pairs;
    await until(() => pairs > atTheEnd + 10);
    stopped = true;
    await writing;
    await writer.end();
    await restore(name);
    const [{ left } = { left: -1 }] = (await query("auth", "SELECT COUNT(*) AS `left` FROM left_hand")) as {
      left: number;
    }[];
    const [{ right } = { right: -2 }] = (await query(
      "events",
      "SELECT COUNT(*) AS `right` FROM right_hand",
    )) as {
      right: number;
    }[];
    expect(Number(left)).toBe(Number(right));
    expect(Number(left)).toBeGreaterThan(50);
    expect(Number(left)).toBeLessThan(pairs);
  }, 60_000);

  it("locks services out while it is restored: those that are connected, and those that come", async () => {
    const connected = await createConnection({ uri: server.urlOf("auth") });
    connected.on("error", () => undefined);
    const users = [server.urlOf("auth"), server.urlOf("a-service-that-has-no-user-yet")];
    await lockOut(server.adminUrl, users, log);
    await expect(connected.query("SELECT 1")).rejects.toThrow();
    await expect(query("auth", "SELECT 1")).rejects.toMatchObject({ errno: ER_ACCOUNT_HAS_BEEN_LOCKED });
    expect(await query("events", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await letIn(server.adminUrl, users, log);
    expect(await query("auth", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("is not made of a dump that broke off", async () => {
    await server.dump("backup", ["craic_auth"]);
    const dump = join(server.work, "databases.sql");
    writeFileSync(dump, readFileSync(dump).subarray(0, -200));
    const now = new Date(Date.UTC(2026, 5, 25));
    await expect(backUp(places, dump, 3, now, log)).rejects.toThrow(/breaks off/);
    expect(existsSync(join(places.folder, "craic-20260625T000000Z"))).toBe(false);
  });

  it("is read by a user who can change nothing, and sees no other database", async () => {
    const connection = await createConnection({ uri: server.urlOf("backup", "") });
    await expect(connection.query("DELETE FROM craic_events.nights")).rejects.toMatchObject({
      code: "ER_TABLEACCESS_DENIED_ERROR",
    });
    await expect(connection.query("SELECT * FROM mysql.global_priv")).rejects.toThrow(/denied/);
    await connection.end();
  });
});
