import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { build } from "esbuild";
import { databaseUrls } from "../../services/all/src/databases.js";
import { mariadbUrl } from "../../services/all/src/mariadb.js";
import { issueAccessToken } from "../../services/auth/src/access-token.js";
import { loadOrCreateSigningKey } from "../../services/auth/src/signing-key.js";
import { personId } from "../fixtures/population.js";
import type { Order, Outcome } from "./feed-load.js";
import { CITY, fillWorld } from "./feed-world.js";
import { childrenOf, cpuMs, memoryMiB } from "./process-figures.js";

const size = { users: 10_000, eventsAhead: 2_000, pastEvents: 4_000, feedbackRows: 500_000 };
const RATE_PER_SECOND = 200;
const SECONDS = 20;
const GOALS = { p99Ms: 25, craicMiB: 170, mariadbMiB: 110 };
/** The server, its database included, has the first core and the load the second. */
const SERVER_CORE = "0";
const LOAD_CORE = "1";
const DIST = join(process.cwd(), "dist");
const TOKEN_S = 3 * 3_600;

/** What the feed takes of the whole process, pinned to one core: time, CPU and memory. */
export async function bench(): Promise<void> {
  if (cpus().length < 2) throw new Error("this needs a core for the server and another for the load");
  if (!existsSync(join(DIST, "craic.mjs")))
    throw new Error("there are no bundles to measure: npm run build first");
  const directory = mkdtempSync(join(tmpdir(), "craic-feed-bench-"));
  const dataDirectory = join(directory, "data");
  const running: ChildProcess[] = [];
  try {
    await prepare(dataDirectory, running);
    const craic = await startCraic(dataDirectory, running);
    const load = await startLoad(directory, running);
    const key = loadOrCreateSigningKey(join(dataDirectory, "secrets", "signing-key.pem"));
    const cookies = Array.from({ length: size.users }, (_, user) => {
      const subject = { userId: personId(user), roles: [] };
      return `craic_access=${issueAccessToken(key, subject, new Date(), TOKEN_S).token}`;
    });
    await measure(craic, (order) => ask(load, { origin: craic.origin, cityId: CITY, cookies, ...order }));
  } finally {
    for (const child of running.reverse()) await end(child);
    rmSync(directory, { recursive: true, force: true });
  }
}

type Round = Omit<Order, "origin" | "cityId" | "cookies">;

async function measure(craic: Craic, run: (round: Round) => Promise<Outcome>): Promise<void> {
  const [mariadb] = childrenOf(craic.pid, /maria|mysql/);
  if (mariadb === undefined) throw new Error("the process has no MariaDB");
  const measured = async (name: string, round: Round): Promise<Row> => {
    const before = [cpuMs(craic.pid), cpuMs(mariadb)];
    const { latenciesMs, failures, seconds, answerBytes } = await run(round);
    for (const failure of new Set(failures)) process.stderr.write(`a call failed: ${failure}\n`);
    const calls = latenciesMs.length;
    const sorted = Float64Array.from(latenciesMs).sort();
    const at = (share: number) => (sorted[Math.ceil(share * calls) - 1] as number).toFixed(1);
    return {
      load: name,
      "calls/s": Math.round(calls / seconds),
      failed: failures.length,
      "p50 ms": at(0.5),
      "p99 ms": at(0.99),
      "max ms": at(1),
      "craic CPU ms/call": ((cpuMs(craic.pid) - before[0]!) / calls).toFixed(2),
      "MariaDB CPU ms/call": ((cpuMs(mariadb) - before[1]!) / calls).toFixed(2),
      "KB/answer": (answerBytes / 1_000).toFixed(1),
    };
  };
  const atRest = memory(craic.pid, mariadb);
  await run({ ratePerSecond: RATE_PER_SECOND / 2, seconds: SECONDS, seed: 1 });
  const steady = await measured(`${RATE_PER_SECOND}/s, evenly spaced`, {
    ratePerSecond: RATE_PER_SECOND,
    seconds: SECONDS,
    seed: 2,
  });
  const rows = [
    steady,
    await measured(`${RATE_PER_SECOND}/s, gzip as for a browser`, {
      ratePerSecond: RATE_PER_SECOND,
      seconds: SECONDS,
      seed: 3,
      acceptEncoding: "gzip, deflate, br",
    }),
    await measured("8 at a time: the ceiling", { connections: 8, seconds: SECONDS / 2, seed: 4 }),
  ];
  const loaded = memory(craic.pid, mariadb);
  const { users, eventsAhead, feedbackRows } = size;
  process.stdout.write(
    `FeedService.GetFeed, 20 items; ${users} people, ${eventsAhead} events ahead in one city, ${feedbackRows} rows of feedback;\nthe whole process and its MariaDB on one core\n\n`,
  );
  print(rows);
  print([
    { "after load, MiB": "craic", ...loaded.craic, "at rest": atRest.craic.pss, goal: `≤ ${GOALS.craicMiB}` },
    {
      "after load, MiB": "MariaDB",
      ...loaded.mariadb,
      "at rest": atRest.mariadb.pss,
      goal: `≤ ${GOALS.mariadbMiB}`,
    },
  ]);
  process.stdout.write(
    `goal: p99 ≤ ${GOALS.p99Ms} ms at ${RATE_PER_SECOND}/s; reached: ${steady["p99 ms"]} ms\n`,
  );
}

type Row = Record<string, string | number>;

function memory(craic: number, mariadb: number) {
  const rounded = ({ rss, pss }: { rss: number; pss: number }) => ({
    RSS: Math.round(rss),
    pss: Math.round(pss),
  });
  return { craic: rounded(memoryMiB(craic)), mariadb: rounded(memoryMiB(mariadb)) };
}

/** A table in Markdown. */
function print(rows: readonly Row[]): void {
  const names = Object.keys(rows[0]!);
  const lines = [names, names.map(() => "---"), ...rows.map((row) => names.map((name) => row[name]))];
  process.stdout.write(`${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\n`);
}

/** Makes the databases, fills them and trains a model, as nights of use would have. */
async function prepare(dataDirectory: string, running: ChildProcess[]): Promise<void> {
  const craic = await startCraic(dataDirectory, running);
  const urls = databaseUrls(
    mariadbUrl(join(dataDirectory, "mariadb")),
    ["auth", "recommender"],
    join(dataDirectory, "secrets"),
  );
  const key = loadOrCreateSigningKey(join(dataDirectory, "secrets", "signing-key.pem"));
  const admin = { userId: personId(0), roles: ["admin"] };
  const adminToken = issueAccessToken(key, admin, new Date(), TOKEN_S).token;
  await fillWorld(size, { grpcAddress: craic.grpcAddress, adminToken, urls });
  await promisify(execFile)(process.execPath, [join(DIST, "train.mjs")], {
    env: {
      PATH: process.env.PATH,
      CRAIC_RECOMMENDER_MYSQL_URL: urls.get("recommender"),
      CRAIC_MODEL_DIR: join(dataDirectory, "models"),
      LOG_LEVEL: "warn",
    },
  });
  await end(craic.child);
}

interface Craic {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly origin: string;
  readonly grpcAddress: string;
}

/** Under the flags and the environment that `npm start` gives it. */
async function startCraic(dataDirectory: string, running: ChildProcess[]): Promise<Craic> {
  const command = [process.execPath, ...startFlags(), join(DIST, "craic.mjs")];
  const child = spawn("taskset", ["-c", SERVER_CORE, ...command], {
    env: {
      PATH: process.env.PATH,
      MALLOC_TRIM_THRESHOLD_: "131072",
      NODE_COMPILE_CACHE: join(dataDirectory, "compile-cache"),
      CRAIC_DATA_DIR: dataDirectory,
      CRAIC_CATALOGUE: "none",
      CRAIC_HTTP_PORT: "0",
      CRAIC_GRPC_PORT: "0",
      CRAIC_OPS_PORT: "0",
      // All of the load comes from few people, at one address.
      CRAIC_RATE_LIMIT_PER_SECOND: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  for await (const line of createInterface({ input: child.stdout! })) {
    const entry = JSON.parse(line) as { msg?: string; httpPort: number; grpcPort: number };
    if (entry.msg !== "ready for people") continue;
    child.stdout!.resume();
    return {
      child,
      pid: child.pid as number,
      origin: `http://127.0.0.1:${entry.httpPort}`,
      grpcAddress: `127.0.0.1:${entry.grpcPort}`,
    };
  }
  throw new Error(`craic ended with ${child.exitCode} before it was ready`);
}

/** The flags that start.sh gives to Node, which decide over memory. */
function startFlags(): string[] {
  const [, flags] = /node (--.*) dist\/craic\.mjs/.exec(readFileSync("services/all/start.sh", "utf8")) ?? [];
  if (flags === undefined) throw new Error("start.sh no longer shows the flags that it gives to node");
  return flags.split(" ");
}

async function startLoad(directory: string, running: ChildProcess[]): Promise<ChildProcess> {
  const outfile = join(directory, "load.mjs");
  const entryPoints = ["tests/bench/feed-load.ts"];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    logLevel: "warning",
  });
  const child = spawn("taskset", ["-c", LOAD_CORE, process.execPath, outfile], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  running.push(child);
  return child;
}

async function ask(load: ChildProcess, order: Order): Promise<Outcome> {
  load.send(order);
  const [outcome] = await Promise.race([
    once(load, "message"),
    once(load, "exit").then(([code]) => Promise.reject(new Error(`the load ended with ${code}`))),
  ]);
  return outcome as Outcome;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
