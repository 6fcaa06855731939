import { eq, getTableName, sql } from "drizzle-orm";
import type { MySqlColumn, MySqlTable } from "drizzle-orm/mysql-core";
import type { MySql2Database } from "drizzle-orm/mysql2";

/**
 * A table of one row: how many changes of some kind there have been. Whoever makes one raises it first, in the same
 * transaction; its lock makes changes commit in the order of their numbers, so that a reader who has seen number n has
 * seen all before it.
 */
export type ChangeCounter = MySqlTable & { readonly id: MySqlColumn; readonly value: MySqlColumn };

/** The only row's id. */
export const COUNTER_ROW = 1;

/** Raises the counter and keeps its row locked until the transaction ends; returns the new value. */
export async function raiseCounter(
  transaction: MySql2Database,
  counter: ChangeCounter,
  by: number,
): Promise<number> {
  const isRow = eq(counter.id, COUNTER_ROW);
  await transaction.execute(
    sql`UPDATE ${counter} SET ${counter.value} = ${counter.value} + ${by} WHERE ${isRow}`,
  );
  const value = sql<number>`${counter.value}`.mapWith(Number);
  return counterRow(counter, await transaction.select({ value }).from(counter).where(isRow)).value;
}

/** What was read of the only row. Throws when there is none. */
export function counterRow<Row>(counter: ChangeCounter, [row]: readonly Row[]): Row {
  if (row === undefined) throw new Error(`the table ${getTableName(counter)} has lost its row`);
  return row;
}
