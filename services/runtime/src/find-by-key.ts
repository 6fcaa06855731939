import { type GetColumnData, getTableName } from "drizzle-orm";
import type { MySqlColumn, MySqlTable } from "drizzle-orm/mysql-core";
import type { Pool, RowDataPacket } from "mysql2/promise";

type RowOf<Columns extends Record<string, MySqlColumn>> = {
  [Name in keyof Columns]: GetColumnData<Columns[Name]>;
};

/**
 * Makes what reads rows by their key: each row once, in the order of first mention, keys that are not there
 * left out.
 *
 * The query is written here and not built by drizzle, which takes four times the CPU to build it and to decode
 * its rows; and batches are read for every page that a person sees.
 *
 * @param key which of the columns
 */
export function createFindByKey<Columns extends Record<string, MySqlColumn>>(
  pool: Pool,
  table: MySqlTable,
  columns: Columns,
  key: keyof Columns & string,
): (keys: readonly string[]) => Promise<RowOf<Columns>[]> {
  const fields = Object.entries(columns);
  const list = fields.map(([name, column]) => `\`${column.name}\` AS \`${name}\``).join(", ");
  const sql = `SELECT ${list} FROM \`${getTableName(table)}\` WHERE \`${columns[key]?.name}\` IN (?)`;

  /** Replaces what the driver read by what the schema says that it is. */
  function decode(row: Record<string, unknown>): RowOf<Columns> {
    for (const [name, column] of fields) {
      if (row[name] !== null) row[name] = column.mapFromDriverValue(row[name]);
    }
    return row as RowOf<Columns>;
  }

  return async (keys) => {
    if (keys.length === 0) return [];
    const distinct = [...new Set(keys)];
    const [found] = await pool.query<RowDataPacket[]>({ sql, values: [distinct] });
    const rows = new Map(found.map((row) => [row[key] as unknown, row]));
    return distinct.flatMap((key) => {
      const row = rows.get(key);
      return row === undefined ? [] : [decode(row)];
    });
  };
}
