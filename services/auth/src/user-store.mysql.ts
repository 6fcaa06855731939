import { isDuplicateKey } from "@craic/runtime/mysql.js";
import { eq, sql } from "drizzle-orm";
import type { MySql2Database } from "drizzle-orm/mysql2";
import { users } from "./schema.js";
import type { UserStore } from "./user-store.js";

const userColumns = {
  userId: users.userId,
  email: users.email,
  displayName: users.displayName,
  roles: users.roles,
  createTime: users.createTime,
};

export function createMysqlUserStore(db: MySql2Database): UserStore {
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
      // The driver counts the rows that were found, changed or not.
      const [result] = await db.update(users).set(preferences).where(eq(users.userId, userId));
      return result.affectedRows > 0;
    },
  };
}
