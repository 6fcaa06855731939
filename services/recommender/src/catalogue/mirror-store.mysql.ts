import { asc, eq, gt } from "drizzle-orm";
import type { DatabaseSession } from "../database-session.js";
import { uuidFromBytes, uuidToBytes } from "../feedback/uuid-bytes.js";
import { mirroredEvents, mirrorPosition } from "../schema.js";
import type { Event, EventStatus } from "./event.js";
import type { MirrorStore } from "./mirror-store.js";

const POSITION_ROW = 1;
const CHUNK = 500;

/** How a status is kept in the table. Never to be changed. */
const statusNumbers: Readonly<Record<EventStatus, number>> = { scheduled: 1, cancelled: 2, postponed: 3 };
const statusOfNumber = new Map(
  Object.entries(statusNumbers).map(([status, number]) => [number, status as EventStatus]),
);

/** Assigned in this order: the instant that all assignments look at comes last. */
const REPLACED = [
  "city_id",
  "venue_id",
  "dj_ids",
  "genres",
  "organiser",
  "start_ms",
  "end_ms",
  "time_zone",
  "status",
  "min_price_cents",
  "currency",
  "updated_ms",
];

/** Past drizzle, which takes a hundred times as long for batches of hundreds. */
const SAVE = `INSERT INTO mirrored_events (event_id, ${REPLACED.join(", ")}) VALUES ? ON DUPLICATE KEY UPDATE
  ${REPLACED.map((name) => `${name} = IF(VALUES(updated_ms) >= updated_ms, VALUES(${name}), ${name})`).join(", ")}`;

export function createMysqlMirrorStore({ db, pool }: DatabaseSession): MirrorStore {
  return {
    async *readAll() {
      let last: Uint8Array = Buffer.alloc(0);
      for (;;) {
        const rows = await db
          .select()
          .from(mirroredEvents)
          .where(gt(mirroredEvents.eventId, last))
          .orderBy(asc(mirroredEvents.eventId))
          .limit(CHUNK);
        if (rows.length === 0) return;
        yield rows.map(eventFrom);
        last = rows.at(-1)!.eventId;
      }
    },

    async resumeToken() {
      const [row] = await db.select().from(mirrorPosition).where(eq(mirrorPosition.id, POSITION_ROW));
      return row?.resumeToken ?? "";
    },

    async save(events, resumeToken) {
      if (events.length > 0) await pool.query(SAVE, [events.map(rowOf)]);
      await db
        .insert(mirrorPosition)
        .values({ id: POSITION_ROW, resumeToken })
        .onDuplicateKeyUpdate({ set: { resumeToken } });
    },
  };
}

/** In the order of SAVE's columns. */
function rowOf(event: Event): (Buffer | string | number | null)[] {
  return [
    uuidToBytes(event.eventId),
    event.cityId,
    event.venueId,
    JSON.stringify(event.djIds),
    JSON.stringify(event.genres),
    event.organiser,
    event.startMs,
    event.endMs,
    event.timeZone,
    statusNumbers[event.status],
    event.minPriceCents ?? null,
    event.currency,
    event.updatedMs,
  ];
}

function eventFrom(row: typeof mirroredEvents.$inferSelect): Event {
  const status = statusOfNumber.get(row.status);
  if (status === undefined) {
    throw new Error(`event ${uuidFromBytes(row.eventId)} has the unknown status ${row.status}`);
  }
  return {
    ...row,
    eventId: uuidFromBytes(row.eventId),
    status,
    minPriceCents: row.minPriceCents ?? undefined,
  };
}
