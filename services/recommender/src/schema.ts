import { exactText, stringList } from "@craic/runtime/columns.js";
import { bigint, customType, double, index, mysqlTable, smallint, tinyint } from "drizzle-orm/mysql-core";

/** Bytes that only the domain can read, at most 16 MB. */
const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({ dataType: () => "mediumblob" });

/** The 16 bytes of a UUID. */
const uuidBytes = customType<{ data: Uint8Array; driverData: Buffer }>({ dataType: () => "binary(16)" });

/** An instant in milliseconds since 1970, UTC. */
const instantMs = (name: string) => bigint(name, { mode: "number" });

/**
 * What people did, one row each, never changed. Hundreds of thousands are read at start, hence the compact
 * types.
 */
export const feedback = mysqlTable(
  "feedback",
  {
    /**
     * Order of arrival. Rows become visible when their transaction commits, so that a number may appear after
     * a larger one; see feedback-follower.ts. On TiDB the migration asks for numbers from one sequence
     * (AUTO_ID_CACHE 1), without which each server hands out a range of its own.
     */
    seq: bigint("seq", { mode: "number" }).autoincrement().primaryKey(),
    feedbackId: uuidBytes("feedback_id").notNull().unique("feedback_id"),
    userId: uuidBytes("user_id").notNull(),
    eventId: uuidBytes("event_id").notNull(),
    /** See kindNumbers in feedback-store.mysql.ts. */
    kind: tinyint("kind").notNull(),
    occurMs: instantMs("occur_ms").notNull(),
    /** NULL when the event was not shown by a recommendation. */
    recommendationId: uuidBytes("recommendation_id"),
    /** 1 for the top; 0 when not shown by a recommendation. */
    position: smallint("position", { unsigned: true }).notNull(),
  },
  (table) => [index("feedback_by_recommendation").on(table.recommendationId)],
);

/** Every event that the events service ever told of, as it was last. */
export const mirroredEvents = mysqlTable("mirrored_events", {
  eventId: uuidBytes("event_id").primaryKey(),
  cityId: exactText("city_id", { length: 64 }).notNull(),
  /** A UUID, or "". */
  venueId: exactText("venue_id", { length: 36 }).notNull(),
  djIds: stringList("dj_ids").notNull(),
  genres: stringList("genres").notNull(),
  organiser: exactText("organiser", { length: 120 }).notNull(),
  startMs: instantMs("start_ms").notNull(),
  endMs: instantMs("end_ms").notNull(),
  timeZone: exactText("time_zone", { length: 64 }).notNull(),
  /** See statusNumbers in mirror-store.mysql.ts. */
  status: tinyint("status").notNull(),
  minPriceCents: bigint("min_price_cents", { mode: "number" }),
  currency: exactText("currency", { length: 3 }).notNull(),
  updatedMs: instantMs("updated_ms").notNull(),
});

/** One row: how far the mirror has followed the events service. */
export const mirrorPosition = mysqlTable("mirror_position", {
  id: tinyint("id").primaryKey(),
  resumeToken: exactText("resume_token", { length: 64 }).notNull(),
});

/** Where the venues of events are, as the venues service last told it; NULL where it does not know. */
export const mirroredVenues = mysqlTable("mirrored_venues", {
  venueId: uuidBytes("venue_id").primaryKey(),
  cityId: exactText("city_id", { length: 64 }).notNull(),
  /** WGS 84, degrees. */
  latitude: double("latitude"),
  longitude: double("longitude"),
});

/** Where recommendations came from, one row for each page that was answered; see trace.ts. */
export const traces = mysqlTable(
  "traces",
  {
    seq: bigint("seq", { mode: "number" }).autoincrement().primaryKey(),
    /** A UUIDv7, which begins with the instant: by this index the oldest rows are found, too. */
    recommendationId: uuidBytes("recommendation_id").notNull(),
    requestId: exactText("request_id", { length: 64 }).notNull(),
    modelVersion: exactText("model_version", { length: 32 }).notNull(),
    /** "" when no experiment ran. */
    variant: exactText("variant", { length: 64 }).notNull(),
    /** See trace.ts. */
    payload: bytes("payload").notNull(),
  },
  (table) => [
    index("traces_by_recommendation").on(table.recommendationId),
    index("traces_by_request").on(table.requestId),
  ],
);
