import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { issueOperatorToken } from "@craic/auth/access-token.js";
import { loadSigningKey } from "@craic/auth/signing-key.js";
import { createLogger } from "@craic/runtime/log.js";
import { type Environment, Settings, SettingsError } from "@craic/runtime/settings.js";
import { readCraicConfig } from "./config.js";
import { DirectoryInUse, takeDataDirectory } from "./data-directory.js";
import { databaseUrls, provideDatabases } from "./databases.js";
import { mariadbUrl, startMariadb } from "./mariadb.js";
import { findServer } from "./running-server.js";
import { runTrainer } from "./trainer-process.js";

interface TrainingOptions {
  readonly environment: Environment;
  /** Folder of the bundles, with the trainer in it. */
  readonly assets: string;
  /** The trainer's arguments. */
  readonly args: readonly string[];
  /** Told what is being done, for a person who waits. */
  readonly announce: (step: string) => void;
}

/** Longer than a training takes. */
const TOKEN_S = 4 * 60 * 60;

/**
 * Trains on what `npm start` keeps in its data directory. While that runs, its database is used and it is told of the
 * new model; while nothing runs, the database is started for as long as the training takes, and the next start has
 * the model. Returns the trainer's exit status.
 */
export async function trainHere({ environment, assets, args, announce }: TrainingOptions): Promise<number> {
  if (args.includes("--help") || args.includes("-h"))
    return (await runTrainer(assets, environment, args)) ?? 1;
  await using undo = new AsyncDisposableStack();
  const settings = new Settings(environment);
  const config = readCraicConfig(settings);
  settings.check();
  const path = resolve(config.dataDirectory);
  const inDirectory = (...names: string[]) => join(path, ...names);
  const isRunning = !takeIfFree(config.dataDirectory, undo);
  const server = isRunning ? findServer(path) : undefined;
  if (isRunning && server === undefined) {
    throw new SettingsError([
      `CRAIC_DATA_DIR is "${config.dataDirectory}", which another process uses that is not ready yet: try again soon`,
    ]);
  }

  const adminUrl = config.mysqlUrl ?? mariadbUrl(inDirectory("mariadb"));
  const urls = databaseUrls(adminUrl, ["recommender"], inDirectory("secrets"));
  const log = createLogger(environment.LOG_LEVEL || "warn", "craic");
  if (server === undefined) {
    if (config.mysqlUrl === undefined) {
      announce("no server is running here: the next one will have the model; starting MariaDB");
      const mariadb = await startMariadb(inDirectory("mariadb"));
      undo.defer(() => mariadb.stop());
    }
    await provideDatabases(adminUrl, urls.values(), log);
  }
  const told = {
    CRAIC_RECOMMENDER_MYSQL_URL: urls.get("recommender"),
    CRAIC_MODEL_DIR: inDirectory("models"),
    // People see a bar and a sentence; who reads the log says so.
    LOG_LEVEL: "warn",
    ...(server === undefined ? {} : reloadSettings(server.grpcAddress, path, environment, undo)),
  };
  const said = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  // Waited for here: what the trainer needs is put away as soon as this function returns.
  return await untilEnded((signal) => runTrainer(assets, { ...told, ...said }, args, signal));
}

/** Takes the data directory until `undo`, unless another process has it. */
function takeIfFree(path: string, undo: AsyncDisposableStack): boolean {
  try {
    const directory = takeDataDirectory(path);
    undo.defer(() => directory.release());
    return true;
  } catch (error) {
    if (error instanceof DirectoryInUse) return false;
    throw error;
  }
}

/** With which the trainer tells a server of the new model: where it is, and a token that lets it. */
function reloadSettings(
  address: string,
  directory: string,
  environment: Environment,
  undo: AsyncDisposableStack,
): Environment {
  const key = loadSigningKey(
    environment.CRAIC_AUTH_KEY_FILE || join(directory, "secrets", "signing-key.pem"),
  );
  if (key === undefined) return {};
  const file = join(directory, "secrets", `train-token-${process.pid}`);
  const { token } = issueOperatorToken(key, new Date(), TOKEN_S);
  writeFileSync(file, token, { mode: 0o600 });
  undo.defer(() => rmSync(file, { force: true }));
  return { CRAIC_TRAIN_RELOAD_TARGETS: address, CRAIC_TRAIN_TOKEN_FILE: file };
}

/** Ctrl-C is passed on: the trainer puts its things away, and then this process does. */
async function untilEnded(run: (signal: AbortSignal) => Promise<number | null>): Promise<number> {
  const asked = new AbortController();
  const ask = () => asked.abort();
  process.on("SIGINT", ask).on("SIGTERM", ask);
  try {
    return (await run(asked.signal)) ?? 1;
  } finally {
    process.off("SIGINT", ask).off("SIGTERM", ask);
  }
}
