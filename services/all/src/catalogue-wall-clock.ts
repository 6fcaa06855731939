/** One formatter a zone: making one costs a thousand times what using it does. */
const formatters = new Map<string, Intl.DateTimeFormat>();

const DAY_MS = 86_400_000;

/**
 * What a clock on the wall shows at an instant, as the milliseconds at which a clock in UTC shows the same.
 *
 * @param instantMs milliseconds since 1970 UTC
 * @param zone IANA name
 */
export function toWallClock(instantMs: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instantMs)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  const ms = ((instantMs % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

/**
 * The instant at which a clock on the wall shows a time. A time that a change to summer time skips is read by
 * the offset before the change, so it comes out later; one that is shown twice is the first of the two.
 *
 * @param wallMs the time shown, as the milliseconds at which a clock in UTC shows the same
 * @param zone IANA name
 */
export function fromWallClock(wallMs: number, zone: string): number {
  const before = offsetAt(wallMs - DAY_MS, zone);
  const after = offsetAt(wallMs + DAY_MS, zone);
  if (before === after || toWallClock(wallMs - before, zone) === wallMs) return wallMs - before;
  return toWallClock(wallMs - after, zone) === wallMs ? wallMs - after : wallMs - before;
}

/** Milliseconds that the zone is ahead of UTC. */
function offsetAt(instantMs: number, zone: string): number {
  return toWallClock(instantMs, zone) - instantMs;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}
