import { type Day, daysBetween, nightOf } from "../time/night.js";
import { instantAt, knownZone, localTime, offsetMs, ownZone, zoneName } from "../time/zone.js";

/** When an event is, as its own zone's clocks and calendars show it. */
export interface EventTime {
  /** "Sat 12 Dec, 19:30", or "20 Nov – 26 Dec" when it lasts for days. */
  readonly short: string;
  /** "Saturday 12 December 2026, 19:30 – 22:00". */
  readonly full: string;
  /** "Tonight", "On now", "Ended" and the like; empty when there is nothing to say. */
  readonly nearness: string;
  /** "New York time" when a clock is read and the person's own shows another time; else empty. */
  readonly zoneNote: string;
  /** Lasts for more than one night. */
  readonly forDays: boolean;
  readonly over: boolean;
}

/** The part of an event that its time is made of; `end` may be unset. */
export interface Span {
  readonly start: Date;
  readonly end: Date | undefined;
  readonly zone: string;
}

const LOCALE = "en-IE";

export function eventTime({ start, end = start, zone }: Span, now: Date, viewerZone = ownZone()): EventTime {
  const firstNight = nightOf(start, zone);
  // Ends at the very stroke of midnight or of five: the day before was the last.
  const lastNight = nightOf(new Date(Math.max(start.getTime(), end.getTime() - 1)), zone);
  const forDays = daysBetween(firstNight, lastNight) > 0;
  const over = end <= now;
  const differs = offsetMs(start.getTime(), zone) !== offsetMs(start.getTime(), viewerZone);
  const shown = { start, end: forDays ? new Date(end.getTime() - 1) : end, zone };
  return {
    short: forDays ? shortDays(shown, now) : shortNight(shown, now),
    full: forDays ? fullDays(shown) : fullNight(shown),
    nearness: nearness(shown, now, over, forDays, firstNight),
    zoneNote: differs && !forDays ? zoneName(zone) : "",
    forDays,
    over,
  };
}

/** "12 Dec 2016", in the zone's calendar. */
export function plainDate(instant: Date, zone: string): string {
  return format(instant, zone, { day: "numeric", month: "short", year: "numeric" });
}

/** What a poster shouts: "Sat", "12", "Dec". */
export function posterDate({ start, zone }: Span): { weekday: string; day: string; month: string } {
  return {
    weekday: format(start, zone, { weekday: "short" }),
    day: format(start, zone, { day: "numeric" }),
    month: format(start, zone, { month: "short" }),
  };
}

/** The night that an event starts in: "Already on", "Today", "Tomorrow", "Saturday 12 December". */
export function nightLabel({ start, zone }: Span, now: Date): string {
  if (start <= now) return "Already on";
  const night = nightOf(start, zone);
  const days = daysBetween(nightOf(now, zone), night);
  if (days < 2) return days === 0 ? "Today" : "Tomorrow";
  // Noon of the night's own day, which by the calendar may be the one before the start's.
  const noon = instantAt(zone, { ...night, hour: 12 });
  return format(noon, zone, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...yearUnlessThis(noon, zone, now),
  });
}

function nearness(
  { start, end, zone }: Required<Span>,
  now: Date,
  over: boolean,
  forDays: boolean,
  night: Day,
): string {
  if (over) return "Ended";
  if (start <= now) return forDays ? `On now, until ${format(end as Date, zone, DAY_MONTH)}` : "On now";
  switch (daysBetween(nightOf(now, zone), night)) {
    case 0:
      return localTime(start, zone).hour >= 17 || localTime(start, zone).hour < 5 ? "Tonight" : "Today";
    case 1:
      return "Tomorrow";
    default:
      return "";
  }
}

const DAY_MONTH = { day: "numeric", month: "short" } as const;
const LONG_DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;

function shortNight({ start, zone }: Span, now: Date): string {
  return `${format(start, zone, { weekday: "short", ...DAY_MONTH, ...yearUnlessThis(start, zone, now) })}, ${clock(start, zone)}`;
}

function shortDays({ start, end = start, zone }: Span, now: Date): string {
  const year = { ...yearUnlessThis(start, zone, now), ...yearUnlessThis(end, zone, now) };
  return `${format(start, zone, { ...DAY_MONTH, ...year })} – ${format(end, zone, { ...DAY_MONTH, ...year })}`;
}

function fullNight({ start, end = start, zone }: Span): string {
  const until = end > start ? ` – ${clock(end, zone)}` : "";
  return `${format(start, zone, LONG_DAY)}, ${clock(start, zone)}${until}`;
}

function fullDays({ start, end = start, zone }: Span): string {
  return `${format(start, zone, LONG_DAY)} – ${format(end, zone, LONG_DAY)}`;
}

function yearUnlessThis(instant: Date, zone: string, now: Date): Intl.DateTimeFormatOptions {
  return localTime(instant, zone).year === localTime(now, zone).year ? {} : { year: "numeric" };
}

function clock(instant: Date, zone: string): string {
  return format(instant, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(instant: Date, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${zone} ${JSON.stringify(options)}`;
  let formatter = formats.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(LOCALE, { timeZone: knownZone(zone), ...options });
    formats.set(key, formatter);
  }
  // Intl writes "Sat, 12 Dec" in some releases and "Sat 12 Dec" in others.
  return formatter.format(instant).replace(/^(\p{L}+),/u, "$1");
}
