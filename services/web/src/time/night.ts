import { instantAt, type LocalTime, localTime } from "./zone.js";

/** People who are out at two in the morning call it last night: a night's day ends at five. */
export const NIGHT_ENDS_HOUR = 5;
/** An evening out begins here. */
export const EVENING_STARTS_HOUR = 17;

const HOUR_MS = 3_600_000;

/** A calendar day. */
export type Day = Pick<LocalTime, "year" | "month" | "day">;

/** The day whose night an instant belongs to, in a zone. */
export function nightOf(instant: Date, zone: string): Day {
  const { year, month, day, hour } = localTime(instant, zone);
  return addDays({ year, month, day }, hour < NIGHT_ENDS_HOUR ? -1 : 0);
}

/** When the night of a day is over. */
export function endOfNight(day: Day, zone: string): Date {
  return instantAt(zone, { ...addDays(day, 1), hour: NIGHT_ENDS_HOUR });
}

/** When the evening of a day begins. */
export function startOfEvening(day: Day, zone: string): Date {
  return instantAt(zone, { ...day, hour: EVENING_STARTS_HOUR });
}

/** The day some days later, across months and years. */
export function addDays({ year, month, day }: Day, days: number): Day {
  const sum = new Date(Date.UTC(year, month - 1, day + days));
  return { year: sum.getUTCFullYear(), month: sum.getUTCMonth() + 1, day: sum.getUTCDate() };
}

/** How many days later `to` is than `from`. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((utc(to) - utc(from)) / (24 * HOUR_MS));
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(day: Day): number {
  return new Date(utc(day)).getUTCDay() || 7;
}

function utc({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day);
}
