import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { MySqlTable } from "drizzle-orm/mysql-core";

/** For onDuplicateKeyUpdate: every column of the row that is there takes the new row's value. */
export function replacementOf(table: MySqlTable): Record<string, SQL> {
  return Object.fromEntries(
    Object.entries(getTableColumns(table)).map(([key, { name }]) => [
      key,
      sql`values(${sql.identifier(name)})`,
    ]),
  );
}
