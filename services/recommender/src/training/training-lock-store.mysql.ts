import type { Database } from "@craic/runtime/mysql.js";
import { allowSilence } from "@craic/runtime/silent-connections.js";
import type { TrainingLock } from "./training-lock.js";

/** One name for each database of a server; names of locks may have 64 characters. */
const NAME = "LEFT(CONCAT('craic-train-', DATABASE()), 64)";

/**
 * A named lock of the database server. It belongs to a connection, so the server frees it when its holder ends,
 * however that comes about: there is no stale lock to break. The connection is taken out of the pool while the lock
 * is held.
 */
export function createMysqlTrainingLock({ pool }: Pick<Database, "pool">): TrainingLock {
  return {
    async take() {
      const connection = await pool.getConnection();
      const ask = async (sql: string) => {
        const [rows] = await connection.query({ sql: `SELECT ${sql}`, rowsAsArray: true });
        return (rows as unknown as [[number | null]])[0][0];
      };
      try {
        if ((await ask(`GET_LOCK(${NAME}, 0)`)) !== 1) {
          connection.release();
          return undefined;
        }
      } catch (error) {
        connection.destroy();
        throw error;
      }
      // Silent until the training is over, and for longer than queries may be; so it is not given back either.
      allowSilence(connection);
      return {
        async isHeld() {
          try {
            return (await ask(`IS_USED_LOCK(${NAME}) = CONNECTION_ID()`)) === 1;
          } catch {
            return false;
          }
        },
        async release() {
          try {
            await ask(`RELEASE_LOCK(${NAME})`);
          } catch {
            // The server frees it when the connection ends.
          } finally {
            connection.destroy();
          }
        },
      };
    },
  };
}
