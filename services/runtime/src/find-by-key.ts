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
  const names = Object.keys(columns);
  const decoders = Object.values(columns);
  const keyAt = names.indexOf(key);
  const list = decoders.map(({ name }) => `\`${name}\``).join(", ");
  const sql = `SELECT ${list} FROM \`${getTableName(table)}\` WHERE \`${columns[key]?.name}\` IN (?)`;

  function decode(values: readonly unknown[]): RowOf<Columns> {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) {
      const value = values[i];
      row[names[i] as string] = value === null ? null : decoders[i]?.mapFromDriverValue(value);
    }
    return row as RowOf<Columns>;
  }

  return async (keys) => {
    if (keys.length === 0) return [];
    const distinct = [...new Set(keys)];
    const [found] = await pool.query<RowDataPacket[][]>({ sql, rowsAsArray: true, values: [distinct] });
    const byKey = new Map(found.map((values) => [values[keyAt] as unknown, values]));
    return distinct.flatMap((key) => {
      const values = byKey.get(key);
      return values === undefined ? [] : [decode(values)];
    });
  };
}
