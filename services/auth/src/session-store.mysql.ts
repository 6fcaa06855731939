import { inTransaction } from "@craic/runtime/transaction.js";
import { and, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { MySql2Database } from "drizzle-orm/mysql2";
import type { Pool } from "mysql2/promise";
import { refreshTokens, sessions } from "./schema.js";
import { graceStart, judgeToken } from "./session.js";
import type { SessionStore } from "./session-store.js";

/** Rows that one cleaning statement may touch, so that it holds no lock for long. */
const CLEANING_BATCH = 500;

/** Each change begins with a lock on the session's row, so that those of one session happen one after another. */
export function createMysqlSessionStore(pool: Pool): SessionStore {
  return {
    async open({ sessionId, userId }, { secretHash, expireTime }) {
      await inTransaction(pool, async (tx) => {
        await tx.insert(sessions).values({ sessionId, userId, expireTime });
        await tx.insert(refreshTokens).values({ sessionId, secretHash, expireTime });
      });
    },

    async rotate({ sessionId, secretHash }, successor, now) {
      return await inTransaction(pool, async (tx) => {
        const [session] = await tx
          .select({ userId: sessions.userId })
          .from(sessions)
          .where(eq(sessions.sessionId, sessionId))
          .for("update");
        if (session === undefined) return { outcome: "unknown" };
        const presented = and(
          eq(refreshTokens.sessionId, sessionId),
          eq(refreshTokens.secretHash, secretHash),
        );
        const [token] = await tx
          .select({ expireTime: refreshTokens.expireTime, spentTime: refreshTokens.spentTime })
          .from(refreshTokens)
          .where(presented)
          .for("update");

        const verdict = judgeToken(token, now);
        if (verdict === "expired") return { outcome: "expired" };
        if (verdict === "reused") {
          await endSession(tx, sessionId);
          return { outcome: "reused" };
        }

        const { expireTime } = successor;
        await tx
          .update(refreshTokens)
          .set({ spentTime: now })
          .where(and(presented, isNull(refreshTokens.spentTime)));
        await tx.insert(refreshTokens).values({ sessionId, secretHash: successor.secretHash, expireTime });
        await tx
          .update(sessions)
          .set({ expireTime: sql`greatest(${sessions.expireTime}, ${expireTime.getTime()})` })
          .where(eq(sessions.sessionId, sessionId));
        await tx
          .delete(refreshTokens)
          .where(
            and(
              eq(refreshTokens.sessionId, sessionId),
              or(lte(refreshTokens.spentTime, graceStart(now)), lte(refreshTokens.expireTime, now)),
            ),
          );
        return { outcome: "rotated", userId: session.userId };
      });
    },

    async end(sessionId) {
      await inTransaction(pool, (tx) => endSession(tx, sessionId));
    },

    async deleteExpired(now) {
      for (let deleted = CLEANING_BATCH; deleted === CLEANING_BATCH; ) {
        deleted = await inTransaction(pool, async (tx) => {
          const expired = await tx
            .select({ sessionId: sessions.sessionId })
            .from(sessions)
            .where(lte(sessions.expireTime, now))
            .limit(CLEANING_BATCH)
            .for("update");
          const sessionIds = expired.map(({ sessionId }) => sessionId);
          if (sessionIds.length > 0) {
            await tx.delete(refreshTokens).where(inArray(refreshTokens.sessionId, sessionIds));
            await tx.delete(sessions).where(inArray(sessions.sessionId, sessionIds));
          }
          return sessionIds.length;
        });
      }
    },
  };
}

async function endSession(tx: Pick<MySql2Database, "delete">, sessionId: string): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.sessionId, sessionId));
  await tx.delete(refreshTokens).where(eq(refreshTokens.sessionId, sessionId));
}
