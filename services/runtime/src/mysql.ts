import { drizzle, type MySql2Database } from "drizzle-orm/mysql2";
import { migrate } from "drizzle-orm/mysql2/migrator";
import { createPool, type Pool } from "mysql2/promise";
import type { Logger } from "./log.js";

/** One service's database. */
export interface Database {
  readonly db: MySql2Database;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** How long a query may wait for a connection to be made. */
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_RETRY_MS = 5_000;

/**
 * Opens a service's database and brings its tables up to date.
 *
 * Waits for a server that is not there yet, saying so in the log, until `signal` is aborted: at start the
 * database often comes up last. A server that answers and refuses (a wrong password, no such database) is an
 * error at once.
 *
 * @param url mysql://user:password@host:port/database, with ?socketPath=… for a Unix socket
 */
export async function openDatabase(
  url: string,
  migrationsDir: string,
  log: Logger,
  { connections = 8, signal }: { connections?: number; signal?: AbortSignal } = {},
): Promise<Database> {
  const pool = createPool({
    uri: url,
    connectionLimit: connections,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Instants are kept in UTC, and read back as such whatever the server's own zone.
    timezone: "Z",
    charset: "utf8mb4_bin",
    supportBigNumbers: true,
    bigNumberStrings: false,
  });
  await untilReachable(pool, log, signal);
  const db = drizzle(pool);
  await migrate(db, { migrationsFolder: migrationsDir });
  return { db, pool, close: () => pool.end() };
}

/** Error codes of mysql2 and Node that mean "no server there yet". */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNRESET",
  "PROTOCOL_CONNECTION_LOST",
]);

/** Whether an error of drizzle or mysql2 means that the database cannot be reached for the moment. */
export function isDatabaseUnreachable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && UNREACHABLE.has(cause.code)) return true;
  }
  return false;
}

/** Whether an error of drizzle or mysql2 means that a unique key is taken. */
export function isDuplicateKey(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && cause.code === "ER_DUP_ENTRY") return true;
  }
  return false;
}

async function untilReachable(pool: Pool, log: Logger, signal?: AbortSignal): Promise<void> {
  for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)) {
    try {
      const connection = await pool.getConnection();
      connection.release();
      return;
    } catch (error) {
      if (!isDatabaseUnreachable(error) || signal?.aborted) {
        await pool.end();
        throw error;
      }
      const why = error instanceof Error && "code" in error ? String(error.code) : "no answer";
      log.warn({ retryMs: waitMs }, `the database cannot be reached (${why}); trying again`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
