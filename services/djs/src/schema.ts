import { exactAscii, exactText, instant, longText, stringList } from "@craic/runtime/columns.js";
import { index, mysqlTable, primaryKey } from "drizzle-orm/mysql-core";

/** One row an artist, with all that is needed to show them. */
export const djs = mysqlTable(
  "djs",
  {
    djId: exactAscii("dj_id", { length: 36 }).primaryKey(),
    name: exactText("name", { length: 200 }).notNull(),
    kind: exactText("kind", { length: 60 }).notNull(),
    genres: stringList("genres").notNull(),
    url: exactText("url", { length: 1000 }).notNull(),
    sourceName: exactText("source_name", { length: 40 }).notNull(),
    externalId: exactText("external_id", { length: 160 }).notNull(),
    attribution: exactText("attribution", { length: 300 }).notNull(),
    updated: instant("update_ms").notNull(),
    /** Of what was imported last, to tell whether a record differs. */
    contentHash: exactAscii("content_hash", { length: 32 }).notNull(),
    /** What lists are in order of: the name, folded. Folding makes three letters of one at most. */
    nameKey: exactText("name_key", { length: 600 }).notNull(),
    /** Words of the name; see runtime's search-text. */
    searchText: longText("search_text").notNull(),
  },
  (t) => [index("djs_by_name").on(t.nameKey, t.djId)],
);

/** Which genres an artist plays; for filters. */
export const djGenres = mysqlTable(
  "dj_genres",
  {
    genre: exactText("genre", { length: 120 }).notNull(),
    djId: exactAscii("dj_id", { length: 36 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.genre, t.djId] }), index("dj_genres_by_dj").on(t.djId)],
);
