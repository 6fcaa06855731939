import { addDays, type Day, endOfNight, nightOf, startOfEvening, weekday } from "../time/night.js";
import { instantAt } from "../time/zone.js";

/** Which part of the calendar a search looks at. */
export type When = "any" | "tonight" | "weekend" | "week" | "dates";

/** Two instants; a side that is unset is open: from now on, or for ever. */
export interface DateWindow {
  readonly endingAfter?: Date;
  readonly startingBefore?: Date;
}

const FRIDAY = 5;

/**
 * The instants that a choice of dates means on the clocks of `zone`. Now is left to the server
 * (unset), so that the same choice stays the same question all evening.
 */
export function dateWindow(when: When, from: string, to: string, now: Date, zone: string): DateWindow {
  const today = nightOf(now, zone);
  switch (when) {
    case "any":
      return {};
    case "tonight":
      return {
        endingAfter: later(startOfEvening(today, zone), now),
        startingBefore: endOfNight(today, zone),
      };
    case "weekend": {
      const friday = addDays(today, Math.max(0, FRIDAY - weekday(today)));
      const sunday = addDays(today, 7 - weekday(today));
      const start = weekday(today) > FRIDAY ? undefined : later(startOfEvening(friday, zone), now);
      return { endingAfter: start, startingBefore: endOfNight(sunday, zone) };
    }
    case "week":
      return { startingBefore: endOfNight(addDays(today, 6), zone) };
    case "dates": {
      const [first, last] = [parseDay(from), parseDay(to)];
      return {
        endingAfter: first && later(instantAt(zone, first), now),
        startingBefore: last && endOfNight(last, zone),
      };
    }
  }
}

/** The day in "2026-12-24"; undefined when there is none such. */
export function parseDay(text: string): Day | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const parsed = { year, month, day };
  return formatDay(addDays(parsed, 0)) === text ? parsed : undefined;
}

/** "2026-12-24", as a date field wants it. */
export function formatDay({ year, month, day }: Day): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function later(instant: Date, now: Date): Date | undefined {
  return instant > now ? instant : undefined;
}
