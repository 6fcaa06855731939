import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMysqlMirrorStore } from "@craic/recommender/catalogue/mirror-store.mysql.js";
import { uuidToBytes } from "@craic/recommender/feedback/uuid-bytes.js";
import { createLogger } from "@craic/runtime/log.js";
import { type Database, openDatabase } from "@craic/runtime/mysql.js";
import { smallProcess } from "@craic/runtime/small-process.js";
import { createConnection } from "mysql2/promise";
import { startMariadb } from "../../services/all/src/mariadb.js";
import { personId, simulatePopulation } from "../fixtures/population.js";
import { cpuMs, peakMiB as peakMiBOf } from "./process-figures.js";

const SIZE = { users: 20_000, eventsAhead: 2_000, pastEvents: 4_000, feedbackRows: 1_000_000 };
const ROWS_A_STATEMENT = 2_000;
const LOOK_EVERY_MS = 100;
/** See kindNumbers in feedback-store.mysql.ts. */
const KIND_NUMBERS = { save: 1, unsave: 2, hide: 3, unhide: 4, click: 5, impression: 6 } as const;

/** What it takes to train on a million rows of feedback: the trainer's process alone, under the flags it is started with. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "craic-bench-"));
  const mariadb = await startMariadb(folder, { durable: false });
  try {
    const url = await fill(mariadb.adminUrl);
    const first = await train(url, join(folder, "models"));
    const second = await train(url, join(folder, "models"));
    process.stdout.write(`
| training on ${SIZE.feedbackRows.toLocaleString("en")} rows of ${SIZE.users.toLocaleString("en")} people | CPU s | wall s | peak MiB |
|---|---|---|---|
| first model, beside popularity | ${first} |
| next model, beside control | ${second} |
`);
  } finally {
    await mariadb.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(adminUrl: string): Promise<string> {
  const admin = await createConnection({ uri: adminUrl });
  await admin.query("CREATE DATABASE bench");
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = "/bench";
  const database = await openDatabase(
    url.href,
    "services/recommender/migrations",
    createLogger("warn", "bench"),
  );
  const { events, acts } = simulatePopulation(SIZE, 5);
  const mirror = createMysqlMirrorStore(database);
  for (let i = 0; i < events.length; i += 500) await mirror.save(events.slice(i, i + 500), "");
  let rows: unknown[][] = [];
  for (const { user, event, kind, occurMs } of acts) {
    const ids = [randomBytes(16), uuidToBytes(personId(user)), uuidToBytes(events[event]!.eventId)];
    rows.push([...ids, KIND_NUMBERS[kind], Math.floor(occurMs), 0]);
    if (rows.length === ROWS_A_STATEMENT) rows = await store(database, rows);
  }
  await database.close();
  return url.href;
}

async function store({ pool }: Database, rows: unknown[][]): Promise<[]> {
  const columns = "feedback_id, user_id, event_id, kind, occur_ms, position";
  await pool.query(`INSERT INTO feedback (${columns}) VALUES ?`, [rows]);
  return [];
}

/** Trains once. Returns the row's cells. */
async function train(url: string, modelDir: string): Promise<string> {
  const began = performance.now();
  const child = spawn(process.execPath, [...smallProcess.flags, "dist/train.mjs", "--force"], {
    env: {
      ...smallProcess.environment,
      PATH: process.env.PATH,
      CRAIC_RECOMMENDER_MYSQL_URL: url,
      CRAIC_MODEL_DIR: modelDir,
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  let [cpu, peakMiB] = [0, 0];
  const look = setInterval(() => {
    try {
      peakMiB = peakMiBOf(child.pid!);
      cpu = cpuMs(child.pid!);
    } catch {
      // It has just ended.
    }
  }, LOOK_EVERY_MS);
  const status = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(look);
  if (status !== 0 && status !== 3) throw new Error(`the trainer ended with status ${status}`);
  const wallMs = performance.now() - began;
  return `${(cpu / 1_000).toFixed(1)} | ${(wallMs / 1_000).toFixed(1)} | ${peakMiB.toFixed(0)}`;
}
