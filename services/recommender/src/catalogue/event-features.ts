import type { Event } from "./event.js";

/** The kinds of feature that an event may have; a kind's number is its place here. */
export const featureKinds = ["genre", "artist", "venue", "organiser", "weekday", "hour", "price"] as const;

export type FeatureKind = (typeof featureKinds)[number];

/** Something that events have in common, for example the genre "techno". */
export interface Feature {
  readonly kind: FeatureKind;
  readonly key: string;
}

/** A night belongs to the day on which it began: what starts before this hour is the evening before's. */
const DAY_BEGINS_AT_HOUR = 5;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An event's features, ordered by kind, each once. */
export function featuresOf(event: Event): Feature[] {
  const { weekday, hour } = localStart(event);
  return [
    ...unique(event.genres).map((key) => ({ kind: "genre", key }) as const),
    ...unique(event.djIds).map((key) => ({ kind: "artist", key }) as const),
    ...present("venue", event.venueId),
    ...present("organiser", event.organiser.trim()),
    { kind: "weekday", key: weekday },
    { kind: "hour", key: partOfDay(hour) },
    ...present("price", priceBand(event)),
  ];
}

/** Number of the day that an event belongs to at its own place: two have the same if it is one night out. */
export function dayOf(event: Event): number {
  const { hour } = localStart(event);
  const hourInUtc = Math.floor(event.startMs / HOUR_MS) % 24;
  const aheadOfUtc = ((hour - hourInUtc + 36) % 24) - 12; // hours, −12 to 11
  return Math.floor((event.startMs + (aheadOfUtc - DAY_BEGINS_AT_HOUR) * HOUR_MS) / DAY_MS);
}

function present(kind: FeatureKind, key: string): Feature[] {
  return key === "" ? [] : [{ kind, key }];
}

function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)].filter((key) => key !== "");
}

function partOfDay(hour: number): string {
  if (hour < DAY_BEGINS_AT_HOUR) return "night";
  if (hour < 12) return "morning";
  if (hour < 17) return "afternoon";
  return hour < 21 ? "evening" : "night";
}

/** "free", or the currency and the power of two of whole units below the price: a band is twice the one before. */
function priceBand({ minPriceCents, currency }: Event): string {
  if (minPriceCents === undefined) return "";
  return minPriceCents === 0
    ? "free"
    : `${currency}:${Math.max(0, Math.floor(Math.log2(minPriceCents / 100)))}`;
}

/** Making a formatter takes some 50 µs, using it 1. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Weekday and hour at the event's place; in UTC when its time zone is not one that we know. */
function localStart({ startMs, timeZone }: Event): { weekday: string; hour: number } {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = createFormatter(timeZone);
    formatters.set(timeZone, formatter);
  }
  const hour = Number(partOf(formatter, startMs, "hour"));
  const evening = hour < DAY_BEGINS_AT_HOUR ? startMs - DAY_BEGINS_AT_HOUR * HOUR_MS : startMs;
  return { weekday: partOf(formatter, evening, "weekday"), hour };
}

function partOf(formatter: Intl.DateTimeFormat, ms: number, type: "weekday" | "hour"): string {
  return formatter.formatToParts(ms).find((part) => part.type === type)?.value ?? "";
}

function createFormatter(timeZone: string): Intl.DateTimeFormat {
  const options = { weekday: "short", hour: "2-digit", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat("en", { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" });
  }
}
