import { COUNTER_ROW, counterRow, raiseCounter } from "@craic/runtime/change-counter-row.js";
import { type Database, isDuplicateKey } from "@craic/runtime/mysql.js";
import { inTransaction } from "@craic/runtime/transaction.js";
import { eq, gt, sql } from "drizzle-orm";
import { preferenceCounter, users } from "./schema.js";
import type { UserStore } from "./user-store.js";

const userColumns = {
  userId: users.userId,
  email: users.email,
  displayName: users.displayName,
  roles: users.roles,
  createTime: users.createTime,
};

export function createMysqlUserStore({ db, pool }: Pick<Database, "db" | "pool">): UserStore {
  // A bare placeholder would not be turned into the bytes of a UUID.
  const isThisUser = eq(users.userId, sql.param(sql.placeholder("userId"), users.userId));
  const userById = db.select(userColumns).from(users).where(isThisUser).prepare();
  const credentialsByEmail = db
    .select({ ...userColumns, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.email, sql.placeholder("email")))
    .prepare();
  // On the path of every feed.
  const preferencesById = db
    .select({ genres: users.genres, djIds: users.djIds, cityIds: users.cityIds })
    .from(users)
    .where(isThisUser)
    .prepare();
  const changeCount = db
    .select({ value: preferenceCounter.value })
    .from(preferenceCounter)
    .where(eq(preferenceCounter.id, COUNTER_ROW))
    .prepare();

  return {
    async insert({ user, passwordHash, preferences }) {
      try {
        await db.insert(users).values({ ...user, passwordHash, ...preferences });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    async find(userId) {
      const [row] = await userById.execute({ userId });
      return row;
    },

    async findCredentials(email) {
      const [row] = await credentialsByEmail.execute({ email });
      if (row === undefined) return undefined;
      const { passwordHash, ...user } = row;
      return { user, passwordHash };
    },

    async setPasswordHash(userId, passwordHash) {
      await db.update(users).set({ passwordHash }).where(eq(users.userId, userId));
    },

    async findPreferences(userId) {
      const [row] = await preferencesById.execute({ userId });
      return row;
    },

    async setPreferences(userId, preferences) {
      return inTransaction(pool, async (transaction) => {
        const preferencesChange = await raiseCounter(transaction, preferenceCounter, 1);
        // The driver counts the rows that were found, changed or not.
        const [result] = await transaction
          .update(users)
          .set({ ...preferences, preferencesChange })
          .where(eq(users.userId, userId));
        return result.affectedRows > 0;
      });
    },

    async preferenceChanges() {
      return counterRow(preferenceCounter, await changeCount.execute()).value;
    },

    async preferencesChangedSince(changes, limit) {
      const rows = await db
        .select({ userId: users.userId })
        .from(users)
        .where(gt(users.preferencesChange, changes))
        .limit(limit);
      return rows.map(({ userId }) => userId);
    },
  };
}
