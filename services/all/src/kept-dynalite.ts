import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as timeout } from "node:timers/promises";
import { SettingsError } from "@craic/runtime/settings.js";

/** DynamoDB's emulation, running. */
export interface KeptDynalite {
  /** Where it answers on this machine. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

interface KeepingOptions {
  /** host:port; any port, and this machine alone, unless it is said. */
  readonly listen?: string;
  /** Told when another process has the folder, which one that is about to end may. */
  readonly announce?: (step: string) => void;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** Longer than a process may take to end that was told to. */
const RELEASED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 250;

/**
 * Starts DynamoDB's emulation in this process, with its data in `folder`, once nobody else has it.
 *
 * @throws SettingsError if another process has the folder and keeps it
 */
export async function keepDynalite(
  folder: string,
  { listen = "127.0.0.1:0", announce = () => {}, sleep = timeout }: KeepingOptions = {},
): Promise<KeptDynalite> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { hostname, port: wanted } = new URL(`tcp://${listen}`);
  const { server, database } = await createServer(folder);
  for (let waitedMs = 0; !(await opens(database)); waitedMs += LOOK_EVERY_MS) {
    if (waitedMs === 0) announce("waiting for the process that has the emulated DynamoDB's data to end");
    if (waitedMs >= RELEASED_WITHIN_MS) {
      throw new SettingsError([
        `CRAIC_DATA_DIR leads to "${folder}", which another process has had for ${RELEASED_WITHIN_MS / 1000} s: stop that one`,
      ]);
    }
    await sleep(LOOK_EVERY_MS);
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(wanted), hostname, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined || error === null ? resolve() : reject(error)));
        // Clients keep connections open that nobody uses any more.
        server.closeAllConnections();
      }),
  };
}

interface Database {
  open(): Promise<void>;
}

/**
 * dynalite opens its database in the background. Where that fails it tells nobody, and its first request ends the
 * process; so the database is taken out of it while it is made.
 */
async function createServer(folder: string): Promise<{ server: Server; database: Database }> {
  // Loaded here alone: who has AWS's own does not need it.
  const { default: dynalite } = await import("dynalite");
  const { default: databases } = await import("dynalite/db/index.js");
  const { create } = databases;
  const made: Database[] = [];
  databases.create = (options) => {
    const store = create(options);
    made.push(store.db);
    return store;
  };
  try {
    const server = dynalite({ path: folder, createTableMs: 0 });
    return { server, database: made[0] as Database };
  } finally {
    databases.create = create;
  }
}

/** Whether a database could be opened; not while another process has it. Rejects when something else is wrong with it. */
async function opens(database: Database): Promise<boolean> {
  try {
    await database.open();
    return true;
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    if (cause?.code === "LEVEL_LOCKED") return false;
    throw cause ?? error;
  }
}
