import { exactAscii, exactText, instant, longText, stringList } from "@craic/runtime/columns.js";
import { bigint, boolean, index, int, mysqlEnum, mysqlTable, primaryKey } from "drizzle-orm/mysql-core";

/** One row an event, with all that is needed to show it: reading a batch needs no join. */
export const events = mysqlTable(
  "events",
  {
    eventId: exactAscii("event_id", { length: 36 }).primaryKey(),
    title: exactText("title", { length: 300 }).notNull(),
    description: longText("description").notNull(),
    start: instant("start_ms").notNull(),
    end: instant("end_ms").notNull(),
    timeZone: exactText("time_zone", { length: 64 }).notNull(),
    cityId: exactText("city_id", { length: 64 }).notNull(),
    venueId: exactText("venue_id", { length: 36 }).notNull(),
    djIds: stringList("dj_ids").notNull(),
    genres: stringList("genres").notNull(),
    minPriceCents: int("min_price_cents"),
    currency: exactText("currency", { length: 3 }).notNull(),
    url: exactText("url", { length: 1000 }).notNull(),
    status: mysqlEnum("status", ["scheduled", "cancelled", "postponed"]).notNull(),
    sourceName: exactText("source_name", { length: 40 }).notNull(),
    externalId: exactText("external_id", { length: 160 }).notNull(),
    attribution: exactText("attribution", { length: 300 }).notNull(),
    originalStart: instant("original_start_ms"),
    organiser: exactText("organiser", { length: 120 }).notNull(),
    updated: instant("update_ms").notNull(),
    /** Set by CancelEvent. No import takes it back. */
    withdrawn: boolean("withdrawn").notNull().default(false),
    /** Of what was imported last, to tell whether a record differs. */
    contentHash: exactAscii("content_hash", { length: 32 }).notNull(),
    /** Words of title, description, organiser and genres; see runtime's search-text. */
    searchText: longText("search_text").notNull(),
    /** Position of the last change in the order of all changes; see change_counter. */
    changeNumber: bigint("change_number", { mode: "number" }).notNull(),
  },
  (t) => [
    index("events_by_city").on(t.cityId, t.status, t.start, t.eventId),
    // Without the status, which nearly all share: led by it, servers read the past along.
    index("events_by_start").on(t.start, t.eventId),
    index("events_by_venue").on(t.venueId, t.status, t.start, t.eventId),
    index("events_by_change").on(t.changeNumber),
  ],
);

/** Which genres an event has; for filters and counts. */
export const eventGenres = mysqlTable(
  "event_genres",
  {
    genre: exactText("genre", { length: 120 }).notNull(),
    eventId: exactAscii("event_id", { length: 36 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.genre, t.eventId] }), index("event_genres_by_event").on(t.eventId)],
);

/** Who plays at an event; for filters. */
export const eventDjs = mysqlTable(
  "event_djs",
  {
    djId: exactAscii("dj_id", { length: 36 }).notNull(),
    eventId: exactAscii("event_id", { length: 36 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.djId, t.eventId] }), index("event_djs_by_event").on(t.eventId)],
);

/** How many changes of events there have been; see change-counter-row.ts. */
export const changeCounter = mysqlTable("change_counter", {
  id: int("id").primaryKey(),
  value: bigint("value", { mode: "number" }).notNull(),
  /** Tells this database from another that counts from 0 as well. */
  epoch: exactAscii("epoch", { length: 36 }).notNull(),
});
