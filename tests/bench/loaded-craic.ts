import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { build } from "esbuild";
import { databaseUrls } from "../../services/all/src/databases.js";
import { mariadbUrl } from "../../services/all/src/mariadb.js";
import { issueAccessToken } from "../../services/auth/src/access-token.js";
import { loadOrCreateSigningKey } from "../../services/auth/src/signing-key.js";
import { smallProcess } from "../../services/runtime/src/small-process.js";
import { type PopulationSize, personId } from "../fixtures/population.js";
import { fillWorld } from "./feed-world.js";

/** The server, its database included, has the first core and the load the second. */
const SERVER_CORE = "0";
const LOAD_CORE = "1";
const DIST = join(process.cwd(), "dist");
const TOKEN_S = 3 * 3_600;

/** The whole process, as `npm start` runs it, with people, events and feedback. */
export interface Loaded {
  readonly craic: Craic;
  /** Access tokens, one a person. */
  readonly tokens: readonly string[];
  readonly adminToken: string;
  /** Runs a program that makes calls, on the other core; what is returned gives it an order and waits for the outcome. */
  startLoad<Order, Outcome>(program: string): Promise<(order: Order) => Promise<Outcome>>;
}

/** @param models how many versions of a model to train before */
export async function withLoadedCraic(
  size: PopulationSize,
  work: (loaded: Loaded) => Promise<void>,
  { models = 1 } = {},
): Promise<void> {
  if (cpus().length < 2) throw new Error("this needs a core for the server and another for the load");
  if (!existsSync(join(DIST, "craic.mjs")))
    throw new Error("there are no bundles to measure: npm run build first");
  const directory = mkdtempSync(join(tmpdir(), "craic-bench-"));
  const dataDirectory = join(directory, "data");
  const running: ChildProcess[] = [];
  try {
    await prepare(size, dataDirectory, models, running);
    const craic = await startCraic(dataDirectory, running);
    const issue = issuer(dataDirectory);
    const tokens = Array.from({ length: size.users }, (_, user) => issue(user, []));
    await work({
      craic,
      tokens,
      adminToken: issue(0, ["admin"]),
      startLoad: (program) => startLoad(program, directory, running),
    });
  } finally {
    for (const child of running.reverse()) await end(child);
    rmSync(directory, { recursive: true, force: true });
  }
}

function issuer(dataDirectory: string): (user: number, roles: readonly string[]) => string {
  const key = loadOrCreateSigningKey(join(dataDirectory, "secrets", "signing-key.pem"));
  return (user, roles) =>
    issueAccessToken(key, { userId: personId(user), roles: [...roles] }, new Date(), TOKEN_S).token;
}

/** Makes the databases, fills them and trains a model, as nights of use would have. */
async function prepare(
  size: PopulationSize,
  dataDirectory: string,
  models: number,
  running: ChildProcess[],
): Promise<void> {
  const craic = await startCraic(dataDirectory, running);
  const urls = databaseUrls(
    mariadbUrl(join(dataDirectory, "mariadb")),
    ["auth", "recommender"],
    join(dataDirectory, "secrets"),
  );
  const adminToken = issuer(dataDirectory)(0, ["admin"]);
  await fillWorld(size, { grpcAddress: craic.grpcAddress, adminToken, urls });
  for (let model = 0; model < models; model++) {
    await promisify(execFile)(process.execPath, [join(DIST, "train.mjs"), "--force"], {
      env: {
        PATH: process.env.PATH,
        CRAIC_RECOMMENDER_MYSQL_URL: urls.get("recommender"),
        CRAIC_MODEL_DIR: join(dataDirectory, "models"),
        LOG_LEVEL: "warn",
      },
    });
  }
  await end(craic.child);
}

export interface Craic {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly origin: string;
  readonly grpcAddress: string;
}

/** Under the flags and the environment that `npm start` gives it. */
async function startCraic(dataDirectory: string, running: ChildProcess[]): Promise<Craic> {
  const command = [process.execPath, ...smallProcess.flags, join(DIST, "craic.mjs")];
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

async function startLoad<Order, Outcome>(
  program: string,
  directory: string,
  running: ChildProcess[],
): Promise<(order: Order) => Promise<Outcome>> {
  const outfile = join(directory, "load.mjs");
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // Packages in CommonJS want a require of their own.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  const child = spawn("taskset", ["-c", LOAD_CORE, process.execPath, outfile], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  running.push(child);
  return async (order) => {
    child.send(order as object);
    const [outcome] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the load ended with ${code}`))),
    ]);
    return outcome as Outcome;
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

export type Row = Record<string, string | number>;

/** A table in Markdown. */
export function print(rows: readonly Row[]): void {
  const names = Object.keys(rows[0]!);
  const lines = [names, names.map(() => "---"), ...rows.map((row) => names.map((name) => row[name]))];
  process.stdout.write(`${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\n`);
}
