import { exactText, instant, stringList } from "@craic/runtime/columns.js";
import { bigint, customType, index, int, mysqlTable, primaryKey, varchar } from "drizzle-orm/mysql-core";

/** 16 bytes in the table, the canonical 36 characters outside. */
const uuid = customType<{ data: string; driverData: Buffer }>({
  dataType: () => "binary(16)",
  toDriver: uuidToBytes,
  fromDriver: (bytes) => bytesToUuid(bytes, 0),
});

/** UUIDs end to end, 16 bytes each: a hundred of them are read with one small row. */
const uuidList = customType<{ data: readonly string[]; driverData: Buffer; config: { most: number } }>({
  dataType: (config) => `varbinary(${16 * (config?.most ?? 1)})`,
  toDriver: (uuids) => Buffer.concat(uuids.map(uuidToBytes)),
  fromDriver: (bytes) => Array.from({ length: bytes.length / 16 }, (_, i) => bytesToUuid(bytes, 16 * i)),
});

/** SHA-256 of something that should not be found in a copy of the database. */
const sha256 = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "binary(32)" });

export const users = mysqlTable(
  "users",
  {
    userId: uuid("user_id").primaryKey(),
    email: exactText("email", { length: 254 }).notNull().unique("users_email"),
    /** PHC string, see password.ts. */
    passwordHash: varchar("password_hash", { length: 255 }).notNull(),
    displayName: exactText("display_name", { length: 80 }).notNull(),
    roles: stringList("roles").notNull(),
    createTime: instant("create_time_ms").notNull(),
    genres: stringList("genres").notNull(),
    djIds: uuidList("dj_ids", { most: 100 }).notNull(),
    cityIds: stringList("city_ids").notNull(),
    /** Of the last change to the three lists, in the order of everybody's; 0 before the first. See preferenceCounter. */
    preferencesChange: bigint("preferences_change", { mode: "number" }).notNull().default(0),
  },
  (table) => [index("users_preferences_change").on(table.preferencesChange)],
);

/** How many changes to preferences there have been; see change-counter-row.ts. */
export const preferenceCounter = mysqlTable("preference_counter", {
  id: int("id").primaryKey(),
  value: bigint("value", { mode: "number" }).notNull(),
});

/** One row for each place where a person is signed in. */
export const sessions = mysqlTable(
  "sessions",
  {
    sessionId: uuid("session_id").primaryKey(),
    userId: uuid("user_id").notNull(),
    /** Never before that of any of the session's tokens. */
    expireTime: instant("expire_time_ms").notNull(),
  },
  (table) => [index("sessions_expire").on(table.expireTime)],
);

/** The refresh tokens of a session that can still be spent, and those spent a moment ago. */
export const refreshTokens = mysqlTable(
  "refresh_tokens",
  {
    sessionId: uuid("session_id").notNull(),
    secretHash: sha256("secret_hash").notNull(),
    expireTime: instant("expire_time_ms").notNull(),
    /** NULL until the token is spent. */
    spentTime: instant("spent_time_ms"),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.secretHash] })],
);

/** Failed log-ins, whether or not the email has an account. */
export const logInFailures = mysqlTable(
  "log_in_failures",
  {
    emailHash: sha256("email_hash").primaryKey(),
    failures: int("failures").notNull(),
    /** When these failures stop counting. */
    windowEnd: instant("window_end_ms").notNull(),
  },
  (table) => [index("log_in_failures_window_end").on(table.windowEnd)],
);

function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

function bytesToUuid(bytes: Buffer, from: number): string {
  const hex = bytes.toString("hex", from, from + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
