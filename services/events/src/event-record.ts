import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type EventRecord, EventStatus as StatusMessage } from "@craic/proto/craic/events/v1/event_pb.js";
import type { FieldViolation } from "@craic/runtime/errors.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { distinctNames } from "@craic/runtime/search-text.js";
import { isTimeZone } from "@craic/runtime/time-zone.js";
import { type EventContent, type EventStatus, MAX_EVENT_DAYS } from "./event.js";

const MAX_EVENT_MS = MAX_EVENT_DAYS * 86_400_000;
const EARLIEST_MS = Date.parse("1970-01-01T00:00:00Z");
const LATEST_MS = Date.parse("2100-01-01T00:00:00Z");

/** Not said is read as scheduled. */
const STATUS: Readonly<Record<StatusMessage, EventStatus>> = {
  [StatusMessage.UNSPECIFIED]: "scheduled",
  [StatusMessage.SCHEDULED]: "scheduled",
  [StatusMessage.CANCELLED]: "cancelled",
  [StatusMessage.POSTPONED]: "postponed",
};

/** What is wrong with an event beyond the rules of each of its fields. */
export function eventProblems(record: EventRecord): FieldViolation[] {
  const problems: FieldViolation[] = [];
  const reject = (field: string, description: string) => problems.push({ field, description });
  for (const [field, timestamp] of [
    ["start_time", record.startTime],
    ["end_time", record.endTime],
    ["original_start_time", record.originalStartTime],
  ] as const) {
    const ms = msOf(timestamp);
    if (ms < EARLIEST_MS || ms >= LATEST_MS) reject(field, "is not between 1970 and 2100");
  }
  const lastsMs = msOf(record.endTime) - msOf(record.startTime);
  if (lastsMs <= 0) reject("end_time", "is not after start_time");
  if (lastsMs > MAX_EVENT_MS) reject("end_time", `is more than ${MAX_EVENT_DAYS} days after start_time`);
  if (record.title.trim() === "") reject("title", "is blank");
  if (!isTimeZone(record.timeZone)) reject("time_zone", `"${record.timeZone}" is no IANA time zone`);
  record.genres.forEach((genre, i) => {
    if (genre.trim() === "") reject(`genres[${i}]`, "is blank");
  });
  if (record.minPriceCents !== undefined && record.currency === "") {
    reject("currency", "is required with min_price_cents");
  }
  if (record.url !== "" && !URL.canParse(record.url)) reject("url", "is no URL");
  return problems;
}

/** What a record without problems says; venue and artists by the ids that their own services give them. */
export function eventFromRecord(record: EventRecord): EventContent {
  const { minPriceCents, originalStartTime } = record;
  return {
    source: {
      name: record.source?.name ?? "",
      externalId: record.source?.externalId ?? "",
      attribution: record.source?.attribution ?? "",
    },
    title: record.title.trim(),
    description: record.description,
    start: new Date(msOf(record.startTime)),
    end: new Date(msOf(record.endTime)),
    timeZone: record.timeZone,
    cityId: record.cityId,
    venueId: record.venue ? importedId("venue", record.venue) : "",
    djIds: [...new Set(record.djs.map((dj) => importedId("dj", dj)))],
    genres: distinctNames(record.genres),
    minPriceCents: minPriceCents === undefined ? undefined : Number(minPriceCents),
    // Some sources name a currency for every event, its price known or not.
    currency: minPriceCents === undefined ? "" : record.currency,
    url: record.url,
    status: STATUS[record.status],
    originalStart: originalStartTime && new Date(msOf(originalStartTime)),
    organiser: record.organiser,
  };
}

/** NaN, which compares with nothing, for a time that is not there. */
function msOf(timestamp: Timestamp | undefined): number {
  return timestamp === undefined ? Number.NaN : timestampMs(timestamp);
}
