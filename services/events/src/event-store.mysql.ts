import { COUNTER_ROW, counterRow, raiseCounter } from "@craic/runtime/change-counter-row.js";
import { createFindByKey } from "@craic/runtime/find-by-key.js";
import type { ImportEntry } from "@craic/runtime/import-lines.js";
import type { Database } from "@craic/runtime/mysql.js";
import { replacementOf } from "@craic/runtime/replacement.js";
import { inTransaction } from "@craic/runtime/transaction.js";
import { and, asc, count, desc, eq, exists, gt, gte, inArray, like, lt, or, sql } from "drizzle-orm";
import type { MySql2Database } from "drizzle-orm/mysql2";
import { type EventContent, MAX_EVENT_DAYS } from "./event.js";
import { eventColumns, eventFromRow, rowFromEntry } from "./event-row.js";
import type { EventCursor, EventFilter, EventStore } from "./event-store.js";
import { changeCounter, eventDjs, eventGenres, events } from "./schema.js";

const MAX_EVENT_MS = MAX_EVENT_DAYS * 86_400_000;

/** The calendar in MySQL, MariaDB or TiDB. */
export function createMysqlEventStore({ db, pool }: Database): EventStore {
  const findRows = createFindByKey(pool, events, eventColumns, "eventId");
  return {
    async find(eventIds) {
      return (await findRows(eventIds)).map(eventFromRow);
    },

    async list(filter, endingAfter, after, limit) {
      const rows = await db
        .select(eventColumns)
        .from(events)
        .where(and(isAhead(endingAfter), passes(db, filter), after && isBeyond(after)))
        .orderBy(asc(events.start), asc(events.eventId))
        .limit(limit);
      return rows.map(eventFromRow);
    },

    async countByGenre(cityId, now) {
      return db
        .select({ name: eventGenres.genre, eventsAhead: count() })
        .from(events)
        .innerJoin(eventGenres, eq(eventGenres.eventId, events.eventId))
        .where(and(isAhead(now), cityId === "" ? undefined : eq(events.cityId, cityId)))
        .groupBy(eventGenres.genre)
        .orderBy(desc(count()), asc(eventGenres.genre));
    },

    async countByCity(now) {
      return db
        .select({ name: events.cityId, eventsAhead: count() })
        .from(events)
        .where(isAhead(now))
        .groupBy(events.cityId)
        .orderBy(desc(count()), asc(events.cityId));
    },

    async save(entries, now) {
      const hashes = await hashesOf(db, entries);
      const changed = entries.filter(({ id, hash }) => hashes.get(id) !== hash);
      if (changed.length === 0) return { hashes, position: undefined };
      return inTransaction(pool, async (transaction) => {
        const position = await raiseCounter(transaction, changeCounter, changed.length);
        // Read again behind the counter's lock: another import may have been first.
        const latest = await hashesOf(transaction, changed, { locked: true });
        await removeLinks(transaction, [...latest.keys()]);
        await write(transaction, changed, now, position - changed.length + 1);
        return { hashes: new Map([...hashes, ...latest]), position };
      });
    },

    async cancel(eventId, now) {
      const canCancel = and(eq(events.eventId, eventId), eq(events.withdrawn, false));
      const [found] = await db.select({ eventId: events.eventId }).from(events).where(canCancel);
      if (found === undefined) return undefined;
      return inTransaction(pool, async (transaction) => {
        const changeNumber = await raiseCounter(transaction, changeCounter, 1);
        await transaction
          .update(events)
          .set({ status: "cancelled", withdrawn: true, updated: now, changeNumber })
          .where(canCancel);
        return changeNumber;
      });
    },

    async changesAfter(position, limit) {
      const rows = await db
        .select({ ...eventColumns, changeNumber: events.changeNumber })
        .from(events)
        .where(gt(events.changeNumber, position))
        .orderBy(asc(events.changeNumber))
        .limit(limit);
      return rows.map(({ changeNumber, ...row }) => ({ event: eventFromRow(row), position: changeNumber }));
    },

    async counter() {
      const rows = await db
        .select({ position: changeCounter.value, epoch: changeCounter.epoch })
        .from(changeCounter)
        .where(eq(changeCounter.id, COUNTER_ROW));
      return counterRow(changeCounter, rows);
    },
  };
}

/** Scheduled, and not over at that instant. */
function isAhead(instant: Date) {
  return and(
    eq(events.status, "scheduled"),
    // Says nothing that the end does not say, but is what the indexes are in order of.
    gt(events.start, new Date(instant.getTime() - MAX_EVENT_MS)),
    gt(events.end, instant),
  );
}

function passes(db: MySql2Database, filter: EventFilter) {
  const { cityId, venueId, djId, startingBefore, genres, patterns } = filter;
  const ofDj = db.select({ one: sql`1` }).from(eventDjs);
  const ofGenre = db.select({ one: sql`1` }).from(eventGenres);
  return and(
    cityId === "" ? undefined : eq(events.cityId, cityId),
    venueId === "" ? undefined : eq(events.venueId, venueId),
    djId === ""
      ? undefined
      : exists(ofDj.where(and(eq(eventDjs.eventId, events.eventId), eq(eventDjs.djId, djId)))),
    genres.length === 0
      ? undefined
      : exists(
          ofGenre.where(
            and(eq(eventGenres.eventId, events.eventId), inArray(eventGenres.genre, [...genres])),
          ),
        ),
    startingBefore && lt(events.start, startingBefore),
    ...patterns.map((pattern) => like(events.searchText, pattern)),
  );
}

function isBeyond([startMs, eventId]: EventCursor) {
  const start = new Date(startMs);
  return and(gte(events.start, start), or(gt(events.start, start), gt(events.eventId, eventId)));
}

async function hashesOf(
  db: MySql2Database,
  entries: readonly ImportEntry<EventContent>[],
  { locked = false } = {},
): Promise<Map<string, string>> {
  const ids = entries.map(({ id }) => id);
  const query = db
    .select({ id: events.eventId, hash: events.contentHash })
    .from(events)
    .where(inArray(events.eventId, ids));
  // A locking read sees what has been committed by now, on TiDB too.
  const rows = await (locked ? query.for("update") : query);
  return new Map(rows.map(({ id, hash }) => [id, hash]));
}

async function removeLinks(transaction: MySql2Database, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await transaction.delete(eventGenres).where(inArray(eventGenres.eventId, [...eventIds]));
  await transaction.delete(eventDjs).where(inArray(eventDjs.eventId, [...eventIds]));
}

async function write(
  transaction: MySql2Database,
  entries: readonly ImportEntry<EventContent>[],
  now: Date,
  firstNumber: number,
): Promise<void> {
  const rows = entries.map((entry, i) => rowFromEntry(entry, now, firstNumber + i));
  await transaction.insert(events).values(rows).onDuplicateKeyUpdate({ set: replacement });
  const genres = entries.flatMap(({ id, content }) =>
    content.genres.map((genre) => ({ eventId: id, genre })),
  );
  const djs = entries.flatMap(({ id, content }) => content.djIds.map((djId) => ({ eventId: id, djId })));
  if (genres.length > 0) await transaction.insert(eventGenres).values(genres);
  if (djs.length > 0) await transaction.insert(eventDjs).values(djs);
}

/** What an operator withdrew stays so, whatever an import says. */
const replacement = {
  ...replacementOf(events),
  withdrawn: sql`${events.withdrawn}`,
  status: sql`if(${events.withdrawn}, ${events.status}, values(${sql.identifier(events.status.name)}))`,
};
