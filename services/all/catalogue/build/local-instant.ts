import { fromWallClock } from "../../src/catalogue-wall-clock.ts";

/** The instant of a local day and time in a zone, in the form of a proto JSON timestamp. */
export function localInstant(day: string, time: string, zone: string): string {
  return instantOf(fromWallClock(wallClock(day, time), zone));
}

/** The local day and time as the milliseconds at which a clock in UTC shows the same. */
export function wallClock(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00Z`);
}

/** An instant a while after another. */
export function later(instant: string, hours: number): string {
  return instantOf(Date.parse(instant) + hours * 3_600_000);
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
