import { createFindByKey } from "@craic/runtime/find-by-key.js";
import type { ImportEntry } from "@craic/runtime/import-lines.js";
import type { Database } from "@craic/runtime/mysql.js";
import { replacementOf } from "@craic/runtime/replacement.js";
import { foldText, searchText } from "@craic/runtime/search-text.js";
import { inTransaction } from "@craic/runtime/transaction.js";
import { and, asc, eq, exists, getTableColumns, gt, gte, inArray, like, or, sql } from "drizzle-orm";
import type { MySql2Database } from "drizzle-orm/mysql2";
import type { Dj, DjContent } from "./dj.js";
import type { DjStore } from "./dj-store.js";
import { djGenres, djs } from "./schema.js";

const { contentHash, searchText: words, nameKey, ...djColumns } = getTableColumns(djs);

/** DJs and other artists in MySQL, MariaDB or TiDB. */
export function createMysqlDjStore({ db, pool }: Database): DjStore {
  const findRows = createFindByKey(pool, djs, djColumns, "djId");
  return {
    async find(djIds) {
      return (await findRows(djIds)).map(djFromRow);
    },

    async list({ genres, patterns }, after, limit) {
      const playing = and(eq(djGenres.djId, djs.djId), inArray(djGenres.genre, [...genres]));
      const rows = await db
        .select(djColumns)
        .from(djs)
        .where(
          and(
            genres.length === 0
              ? undefined
              : exists(db.select({ one: sql`1` }).from(djGenres).where(playing)),
            ...patterns.map((pattern) => like(djs.searchText, pattern)),
            after === undefined ? undefined : isBeyond(await nameKeyOf(after), after),
          ),
        )
        .orderBy(asc(nameKey), asc(djs.djId))
        .limit(limit);
      return rows.map(djFromRow);
    },

    async save(entries, now) {
      const ids = entries.map(({ id }) => id);
      const known = await db
        .select({ id: djs.djId, hash: djs.contentHash })
        .from(djs)
        .where(inArray(djs.djId, ids));
      const hashes = new Map(known.map(({ id, hash }) => [id, hash]));
      const changed = entries.filter(({ id, hash }) => hashes.get(id) !== hash);
      if (changed.length > 0) await inTransaction(pool, (transaction) => write(transaction, changed, now));
      return hashes;
    },
  };

  /** Names may be too long for a page token, which therefore holds the id alone. */
  async function nameKeyOf(djId: string): Promise<string> {
    const [row] = await db.select({ nameKey }).from(djs).where(eq(djs.djId, djId));
    return row?.nameKey ?? "";
  }
}

function isBeyond(key: string, djId: string) {
  return and(gte(nameKey, key), or(gt(nameKey, key), gt(djs.djId, djId)));
}

async function write(
  transaction: MySql2Database,
  entries: readonly ImportEntry<DjContent>[],
  now: Date,
): Promise<void> {
  const rows = entries.map((entry) => rowFromEntry(entry, now));
  await transaction
    .insert(djs)
    .values(rows)
    .onDuplicateKeyUpdate({ set: replacementOf(djs) });
  const ids = entries.map(({ id }) => id);
  await transaction.delete(djGenres).where(inArray(djGenres.djId, ids));
  const genres = entries.flatMap(({ id, content }) => content.genres.map((genre) => ({ djId: id, genre })));
  if (genres.length > 0) await transaction.insert(djGenres).values(genres);
}

type Row = typeof djs.$inferSelect;

function djFromRow({ sourceName, externalId, attribution, ...row }: Pick<Row, keyof typeof djColumns>): Dj {
  return { ...row, source: { name: sourceName, externalId, attribution } };
}

function rowFromEntry({ id, hash, content }: ImportEntry<DjContent>, updated: Date): typeof djs.$inferInsert {
  const { source, ...dj } = content;
  return {
    ...dj,
    djId: id,
    sourceName: source.name,
    externalId: source.externalId,
    attribution: source.attribution,
    updated,
    contentHash: hash,
    nameKey: foldText(dj.name),
    searchText: searchText(dj.name),
  };
}
