import { createFindByKey } from "@craic/runtime/find-by-key.js";
import type { Database } from "@craic/runtime/mysql.js";
import { replacementOf } from "@craic/runtime/replacement.js";
import { searchText } from "@craic/runtime/search-text.js";
import { and, asc, desc, eq, getTableColumns, gt, inArray, like, lt, lte, or } from "drizzle-orm";
import type { CityCursor, CityStore } from "./city-store.js";
import { cities } from "./schema.js";

const { contentHash, searchText: words, ...cityColumns } = getTableColumns(cities);

/** The cities in MySQL, MariaDB or TiDB. */
export function createMysqlCityStore({ db, pool }: Database): CityStore {
  return {
    find: createFindByKey(pool, cities, cityColumns, "cityId"),

    async list({ countryCode, patterns }, after, limit) {
      return db
        .select(cityColumns)
        .from(cities)
        .where(
          and(
            countryCode === "" ? undefined : eq(cities.countryCode, countryCode),
            ...patterns.map((pattern) => like(cities.searchText, pattern)),
            after && isBeyond(after),
          ),
        )
        .orderBy(desc(cities.population), asc(cities.cityId))
        .limit(limit);
    },

    async save(entries) {
      const ids = entries.map(({ id }) => id);
      const known = await db
        .select({ id: cities.cityId, hash: cities.contentHash })
        .from(cities)
        .where(inArray(cities.cityId, ids));
      const hashes = new Map(known.map(({ id, hash }) => [id, hash]));
      const rows = entries
        .filter(({ id, hash }) => hashes.get(id) !== hash)
        .map(({ hash, content: { otherNames, ...city } }) => ({
          ...city,
          contentHash: hash,
          searchText: searchText(city.name, ...otherNames),
        }));
      // One statement: all or nothing by itself.
      if (rows.length > 0) {
        await db
          .insert(cities)
          .values(rows)
          .onDuplicateKeyUpdate({ set: replacementOf(cities) });
      }
      return hashes;
    },
  };
}

function isBeyond([population, cityId]: CityCursor) {
  return and(
    lte(cities.population, population),
    or(lt(cities.population, population), gt(cities.cityId, cityId)),
  );
}
