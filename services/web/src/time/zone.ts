/** A wall clock's reading. Months and hours count as people do: 1 to 12, 0 to 23. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const readers = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall in `zone` shows at an instant. */
export function localTime(instant: Date, zone: string): LocalTime {
  let reader = readers.get(zone);
  if (reader === undefined) {
    reader = new Intl.DateTimeFormat("en-GB", {
      timeZone: knownZone(zone),
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    readers.set(zone, reader);
  }
  const field = new Map(reader.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => field.get(type) ?? 0;
  return { year: of("year"), month: of("month"), day: of("day"), hour: of("hour"), minute: of("minute") };
}

/**
 * The instant at which a clock in `zone` shows a time. Days and hours past the end of a month or
 * day run over into the next. A time that the clock skips in spring is read as the one an hour
 * later; of a time it shows twice in autumn, the first is meant.
 */
export function instantAt(
  zone: string,
  { year, month, day, hour = 0, minute = 0 }: Omit<LocalTime, "hour" | "minute"> & Partial<LocalTime>,
): Date {
  const wallMs = Date.UTC(year, month - 1, day, hour, minute);
  // A zone's offset changes at most once within a day, so one of these two is right.
  const before = wallMs - offsetMs(wallMs - 24 * 60 * MINUTE_MS, zone);
  const after = wallMs - offsetMs(wallMs + 24 * 60 * MINUTE_MS, zone);
  const showsAfter = before + offsetMs(before, zone) !== wallMs && after + offsetMs(after, zone) === wallMs;
  return new Date(showsAfter ? after : before);
}

/** How far a zone's clock is ahead of UTC. */
export function offsetMs(epochMs: number, zone: string): number {
  const wholeMinuteMs = Math.floor(epochMs / MINUTE_MS) * MINUTE_MS;
  const { year, month, day, hour, minute } = localTime(new Date(wholeMinuteMs), zone);
  return Date.UTC(year, month - 1, day, hour, minute) - wholeMinuteMs;
}

/** The name as given when this browser knows the zone, else UTC. */
export function knownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}

/** The zone the person is in. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "New York time" for "America/New_York". */
export function zoneName(zone: string): string {
  const city = knownZone(zone).split("/").at(-1) ?? zone;
  return city === "UTC" ? city : `${city.replaceAll("_", " ")} time`;
}
