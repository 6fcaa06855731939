import { exactAscii, exactText, instant, longText } from "@craic/runtime/columns.js";
import { sql } from "drizzle-orm";
import { double, index, int, mysqlTable } from "drizzle-orm/mysql-core";

export const venues = mysqlTable(
  "venues",
  {
    venueId: exactAscii("venue_id", { length: 36 }).primaryKey(),
    name: exactText("name", { length: 200 }).notNull(),
    kind: exactText("kind", { length: 60 }).notNull(),
    address: exactText("address", { length: 300 }).notNull(),
    cityId: exactText("city_id", { length: 64 }).notNull(),
    latitude: double("latitude"),
    longitude: double("longitude"),
    url: exactText("url", { length: 1000 }).notNull(),
    sourceName: exactText("source_name", { length: 40 }).notNull(),
    externalId: exactText("external_id", { length: 160 }).notNull(),
    attribution: exactText("attribution", { length: 300 }).notNull(),
    updated: instant("update_ms").notNull(),
    /** Of what was imported last, to tell whether a record differs. */
    contentHash: exactAscii("content_hash", { length: 32 }).notNull(),
    /** What lists are in order of: the name, folded. Folding makes three letters of one at most. */
    nameKey: exactText("name_key", { length: 600 }).notNull(),
    /** Words of name and address; see runtime's search-text. */
    searchText: longText("search_text").notNull(),
  },
  (t) => [
    index("venues_by_name").on(t.nameKey, t.venueId),
    index("venues_by_city").on(t.cityId, t.nameKey, t.venueId),
  ],
);

export const cities = mysqlTable(
  "cities",
  {
    cityId: exactText("city_id", { length: 64 }).primaryKey(),
    name: exactText("name", { length: 120 }).notNull(),
    countryCode: exactText("country_code", { length: 2 }).notNull(),
    latitude: double("latitude").notNull(),
    longitude: double("longitude").notNull(),
    timeZone: exactText("time_zone", { length: 64 }).notNull(),
    population: int("population", { unsigned: true }).notNull(),
    /** Of what was imported last, to tell whether a record differs. */
    contentHash: exactAscii("content_hash", { length: 32 }).notNull(),
    /** Words of all names; see runtime's search-text. */
    searchText: longText("search_text").notNull(),
  },
  (t) => [
    index("cities_by_population").on(sql`population desc`, t.cityId),
    index("cities_by_country").on(t.countryCode, sql`population desc`, t.cityId),
  ],
);
