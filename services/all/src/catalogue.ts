import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { create, fromJsonString, toJsonString } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { SourceSchema } from "@craic/proto/craic/catalogue/v1/source_pb.js";
import { type EventRecord, EventRecordSchema } from "@craic/proto/craic/events/v1/event_pb.js";
import { fromWallClock, toWallClock } from "./catalogue-wall-clock.js";

/** The kinds of record, in the order in which they refer to one another. */
export const CATALOGUE_KINDS = ["cities", "venues", "djs", "events"] as const;

export type CatalogueKind = (typeof CATALOGUE_KINDS)[number];

const WEEK_MS = 7 * 86_400_000;
/** The mean year of the Gregorian calendar in weeks. */
const YEAR_WEEKS = 365.2425 / 7;

/** The lines of one kind as they were written, from every source's folder in the order of their names. */
export function readCatalogueLines(folder: string, kind: CatalogueKind): string[] {
  const sources = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return sources
    .map((source) => join(folder, source.name, `${kind}.jsonl.gz`))
    .filter((file) => existsSync(file))
    .sort()
    .flatMap(readLines);
}

/** The events of the lines, those that are over moved to their next occurrence after `now`. */
export function* upcomingEvents(lines: Iterable<string>, now: Date): Generator<EventRecord> {
  for (const line of lines) yield moveForward(fromJsonString(EventRecordSchema, line), now);
}

export function eventLine(event: EventRecord): string {
  return toJsonString(EventRecordSchema, event);
}

/**
 * Moves an event that is over forward by whole weeks to its first occurrence that ends after `now`, which
 * keeps the weekday, the season and the time on the clock of its own zone. An event that is not over is
 * returned as it is. A moved one is marked as a sample by its original start, and named after its new day, so
 * that what is imported next year is a new event and this year's stays what it was.
 */
export function moveForward(event: EventRecord, now: Date): EventRecord {
  const { startTime, endTime, timeZone, source } = event;
  if (startTime === undefined || endTime === undefined || source === undefined) {
    throw new Error(`event "${event.title}" lacks its source, start or end`);
  }
  const weeks = weeksUntilAfter(endTime, timeZone, now.getTime());
  if (weeks === 0) return event;
  const start = shifted(startTime, weeks, timeZone);
  const day = new Date(toWallClock(timestampMs(start), timeZone)).toISOString().slice(0, 10);
  return {
    ...event,
    source: create(SourceSchema, { ...source, externalId: `${source.externalId}@${day}` }),
    startTime: start,
    endTime: shifted(endTime, weeks, timeZone),
    originalStartTime: startTime,
  };
}

/** Whole weeks that stand for a number of years: 52, 104, 157, 209 and so on. */
export function weeksOfYears(years: number): number {
  return Math.round(years * YEAR_WEEKS);
}

function weeksUntilAfter(end: Timestamp, zone: string, nowMs: number): number {
  // Years that are over for sure: half a week of rounding and an hour of summer time change no whole year.
  let years = Math.max(0, Math.floor((nowMs - timestampMs(end)) / (YEAR_WEEKS * WEEK_MS)));
  while (timestampMs(shifted(end, weeksOfYears(years), zone)) <= nowMs) years++;
  return weeksOfYears(years);
}

function shifted(instant: Timestamp, weeks: number, zone: string): Timestamp {
  if (weeks === 0) return instant;
  return timestampFromMs(fromWallClock(toWallClock(timestampMs(instant), zone) + weeks * WEEK_MS, zone));
}

function readLines(file: string): string[] {
  return gunzipSync(readFileSync(file))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}
