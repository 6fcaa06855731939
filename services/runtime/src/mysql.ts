import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle, type MySql2Database } from "drizzle-orm/mysql2";
import { migrate } from "drizzle-orm/mysql2/migrator";
import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import { isDatabaseUnreachable } from "./database-error.js";
import type { Logger } from "./log.js";
import { allowSilence, endSilentConnections } from "./silent-connections.js";

export { isDatabaseUnreachable };

/** One service's database. */
export interface Database {
  readonly db: MySql2Database;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** How long a query may wait for a connection to be made. */
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_RETRY_MS = 5_000;
/** How long a server may say nothing to a query; less than a call may take, so that its caller is told why. */
const SILENCE_MS = 8_000;
/** Longer than any migration of ours takes, in seconds. */
const MIGRATION_LOCK_S = 300;

interface OpenOptions {
  /** Most connections at once. */
  readonly connections?: number;
  /** Milliseconds that a server may say nothing to a query before its connection is given up; 0 for as long as it likes. */
  readonly silenceMs?: number;
  /** Ends the wait for a server that does not come. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a service's database and brings its tables up to date, once it can be reached.
 *
 * @param url mysql://user:password@host:port/database, with ?socketPath=… for a Unix socket
 */
export async function openDatabase(
  url: string,
  migrationsDir: string,
  log: Logger,
  options: OpenOptions = {},
): Promise<Database> {
  const pool = await openPool(url, log, options);
  const db = drizzle(pool);
  try {
    await migrateOneAtATime(pool, migrationsDir);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { db, pool, close: () => pool.end() };
}

/**
 * Waits for a server that is not there yet, saying so in the log, until `signal` is aborted: at start the
 * database often comes up last. A server that answers and refuses (a wrong password, no such database) is an
 * error at once.
 */
export async function openPool(
  url: string,
  log: Logger,
  { connections = 8, silenceMs = SILENCE_MS, signal }: OpenOptions = {},
): Promise<Pool> {
  const pool = createPool({
    uri: url,
    connectionLimit: connections,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Instants are kept in UTC, and read back as such whatever the server's own zone.
    timezone: "Z",
    charset: "utf8mb4_bin",
    supportBigNumbers: true,
    bigNumberStrings: false,
    // The stack of every query's caller, kept in case that it fails, costs more than reading a row does.
    trace: false,
  });
  endSilentConnections(pool, silenceMs);
  await untilReachable(pool, log, signal);
  return pool;
}

/**
 * Replicas that start together would each apply the same migration; a named lock makes them queue. The lock is
 * the connection's own, so the same connection migrates: a pool may have no other.
 */
async function migrateOneAtATime(pool: Pool, migrationsFolder: string): Promise<void> {
  if (await hasEveryMigration(pool, migrationsFolder)) return;
  const connection = await pool.getConnection();
  try {
    allowSilence(connection);
    const lock = "CONCAT('craic-migrate-', DATABASE())";
    await connection.query(`SELECT GET_LOCK(${lock}, ${MIGRATION_LOCK_S})`);
    await migrate(drizzle(connection), { migrationsFolder });
    await connection.query(`SELECT RELEASE_LOCK(${lock})`);
  } finally {
    // Not given back: there it would be allowed to be silent for ever.
    connection.destroy();
  }
}

/**
 * Whether the tables are those of this release or a later one. Then nothing is written, nobody waits for a lock, and a
 * user who may only read can be served.
 */
async function hasEveryMigration(pool: Pool, migrationsFolder: string): Promise<boolean> {
  const newest = readMigrationFiles({ migrationsFolder }).at(-1);
  if (newest === undefined) return true;
  try {
    const [rows] = await pool.query<RowDataPacket[]>(
      "SELECT MAX(created_at) AS at FROM __drizzle_migrations",
    );
    return Number(rows[0]?.at ?? 0) >= newest.folderMillis;
  } catch (error) {
    if (isDatabaseUnreachable(error)) throw error;
    return false;
  }
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
