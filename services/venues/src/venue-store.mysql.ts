import { createFindByKey } from "@craic/runtime/find-by-key.js";
import type { ImportEntry } from "@craic/runtime/import-lines.js";
import type { Database } from "@craic/runtime/mysql.js";
import { replacementOf } from "@craic/runtime/replacement.js";
import { foldText, searchText } from "@craic/runtime/search-text.js";
import { and, asc, eq, getTableColumns, gt, gte, inArray, like, or } from "drizzle-orm";
import { venues } from "./schema.js";
import type { Venue, VenueContent } from "./venue.js";
import type { VenueStore } from "./venue-store.js";

const { contentHash, searchText: words, nameKey, ...venueColumns } = getTableColumns(venues);

/** The venues in MySQL, MariaDB or TiDB. */
export function createMysqlVenueStore({ db, pool }: Database): VenueStore {
  const findRows = createFindByKey(pool, venues, venueColumns, "venueId");
  return {
    async find(venueIds) {
      return (await findRows(venueIds)).map(venueFromRow);
    },

    async list({ cityId, patterns }, after, limit) {
      const rows = await db
        .select(venueColumns)
        .from(venues)
        .where(
          and(
            cityId === "" ? undefined : eq(venues.cityId, cityId),
            ...patterns.map((pattern) => like(venues.searchText, pattern)),
            after === undefined ? undefined : isBeyond(await nameKeyOf(after), after),
          ),
        )
        .orderBy(asc(venues.nameKey), asc(venues.venueId))
        .limit(limit);
      return rows.map(venueFromRow);
    },

    async save(entries, now) {
      const ids = entries.map(({ id }) => id);
      const known = await db
        .select({ id: venues.venueId, hash: venues.contentHash })
        .from(venues)
        .where(inArray(venues.venueId, ids));
      const hashes = new Map(known.map(({ id, hash }) => [id, hash]));
      const changed = entries.filter(({ id, hash }) => hashes.get(id) !== hash);
      // One statement: all or nothing by itself.
      if (changed.length > 0) {
        const rows = changed.map((entry) => rowFromEntry(entry, now));
        await db
          .insert(venues)
          .values(rows)
          .onDuplicateKeyUpdate({ set: replacementOf(venues) });
      }
      return hashes;
    },
  };

  /** Names may be too long for a page token, which therefore holds the id alone. */
  async function nameKeyOf(venueId: string): Promise<string> {
    const [row] = await db.select({ nameKey }).from(venues).where(eq(venues.venueId, venueId));
    return row?.nameKey ?? "";
  }
}

function isBeyond(key: string, venueId: string) {
  return and(gte(nameKey, key), or(gt(nameKey, key), gt(venues.venueId, venueId)));
}

type Row = typeof venues.$inferSelect;

function venueFromRow({
  sourceName,
  externalId,
  attribution,
  latitude,
  longitude,
  ...row
}: Pick<Row, keyof typeof venueColumns>): Venue {
  return {
    ...row,
    source: { name: sourceName, externalId, attribution },
    position: latitude === null || longitude === null ? undefined : { latitude, longitude },
  };
}

function rowFromEntry(
  { id, hash, content }: ImportEntry<VenueContent>,
  updated: Date,
): typeof venues.$inferInsert {
  const { source, position, ...venue } = content;
  return {
    ...venue,
    venueId: id,
    latitude: position?.latitude ?? null,
    longitude: position?.longitude ?? null,
    sourceName: source.name,
    externalId: source.externalId,
    attribution: source.attribution,
    updated,
    contentHash: hash,
    nameKey: foldText(venue.name),
    searchText: searchText(venue.name, venue.address),
  };
}
