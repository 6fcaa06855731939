import { drizzle, type MySql2Database } from "drizzle-orm/mysql2";
import type { Pool, PoolConnection } from "mysql2/promise";

/** How often a transaction that lost a deadlock is tried in all. */
const TRIES = 4;

/**
 * Runs `work` in a transaction: all of it is kept, or none. A deadlock with another writer is tried again, so
 * `work` must have no effect outside the database.
 *
 * What `work` throws is thrown on as it is, even when the connection is gone and nothing can be rolled back.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (transaction: MySql2Database) => Promise<Result>,
): Promise<Result> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await tryOnce(pool, work);
    } catch (error) {
      if (left === 0 || !isDeadlock(error)) throw error;
    }
  }
}

async function tryOnce<Result>(
  pool: Pool,
  work: (transaction: MySql2Database) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.getConnection();
  try {
    await connection.query("START TRANSACTION");
    const result = await work(drizzle(connection));
    await connection.query("COMMIT");
    connection.release();
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

/** A connection that cannot roll back must not be used again: closing it makes the server do so. */
async function rollBack(connection: PoolConnection): Promise<void> {
  try {
    await connection.query("ROLLBACK");
    connection.release();
  } catch {
    connection.destroy();
  }
}

/** Error codes of the server that mean "another transaction was in the way; try again". */
const LOST_TO_ANOTHER = new Set(["ER_LOCK_DEADLOCK", "ER_LOCK_WAIT_TIMEOUT"]);

function isDeadlock(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && LOST_TO_ANOTHER.has(cause.code)) return true;
  }
  return false;
}
