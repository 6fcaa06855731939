import type { ImportEntry } from "@craic/runtime/import-lines.js";
import { searchText } from "@craic/runtime/search-text.js";
import { getTableColumns } from "drizzle-orm";
import type { Event, EventContent } from "./event.js";
import { events } from "./schema.js";

const { withdrawn, contentHash, searchText: words, changeNumber, ...columns } = getTableColumns(events);

/** The columns that an event is made of, without those that serve searching and importing. */
export const eventColumns = columns;

type Row = typeof events.$inferSelect;

export function eventFromRow({
  sourceName,
  externalId,
  attribution,
  minPriceCents,
  originalStart,
  ...row
}: Pick<Row, keyof typeof eventColumns>): Event {
  return {
    ...row,
    source: { name: sourceName, externalId, attribution },
    minPriceCents: minPriceCents ?? undefined,
    originalStart: originalStart ?? undefined,
  };
}

export function rowFromEntry(
  { id, hash, content }: ImportEntry<EventContent>,
  updated: Date,
  changeNumber: number,
): typeof events.$inferInsert {
  const { source, ...event } = content;
  return {
    ...event,
    eventId: id,
    sourceName: source.name,
    externalId: source.externalId,
    attribution: source.attribution,
    updated,
    contentHash: hash,
    searchText: searchText(event.title, event.organiser, ...event.genres, event.description),
    changeNumber,
  };
}
