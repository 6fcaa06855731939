import { createHash } from "node:crypto";
import { eq, lte, sql } from "drizzle-orm";
import type { MySql2Database } from "drizzle-orm/mysql2";
import type { LogInFailureStore } from "./log-in-failure-store.js";
import { logInFailures } from "./schema.js";

/** Rows that one cleaning statement may touch, so that it holds no lock for long. */
const CLEANING_BATCH = 500;

export function createMysqlLogInFailureStore(db: MySql2Database): LogInFailureStore {
  return {
    async find(email) {
      const [row] = await db
        .select({ failures: logInFailures.failures, windowEnd: logInFailures.windowEnd })
        .from(logInFailures)
        .where(eq(logInFailures.emailHash, hashEmail(email)));
      return row;
    },

    async record(email, now, windowEnd) {
      const { failures, windowEnd: oldEnd } = logInFailures;
      const over = sql`${oldEnd} <= ${now.getTime()}`;
      await db
        .insert(logInFailures)
        .values({ emailHash: hashEmail(email), failures: 1, windowEnd })
        .onDuplicateKeyUpdate({
          // Assigned in this order, so that both look at the old end.
          set: {
            failures: sql`if(${over}, 1, ${failures} + 1)`,
            windowEnd: sql`if(${over}, ${windowEnd.getTime()}, ${oldEnd})`,
          },
        });
    },

    async clear(email) {
      await db.delete(logInFailures).where(eq(logInFailures.emailHash, hashEmail(email)));
    },

    async deleteExpired(now) {
      for (let deleted = CLEANING_BATCH; deleted === CLEANING_BATCH; ) {
        const [result] = await db
          .delete(logInFailures)
          .where(lte(logInFailures.windowEnd, now))
          .limit(CLEANING_BATCH);
        deleted = result.affectedRows;
      }
    },
  };
}

/** People also type addresses that are not ours to keep, and sometimes a password into the wrong field. */
function hashEmail(email: string): Buffer {
  return createHash("sha256").update(email).digest();
}
