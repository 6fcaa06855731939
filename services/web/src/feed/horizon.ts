import { addDays, endOfNight, nightOf, weekday } from "../time/night.js";

/** How far ahead the feed looks. */
export type Horizon = "any" | "today" | "sunday" | "week";

export const HORIZONS: readonly (readonly [Horizon, string])[] = [
  ["any", "Any time"],
  ["today", "Today"],
  ["sunday", "Until Sunday"],
  ["week", "Next 7 days"],
];

export function parseHorizon(text: string | null): Horizon {
  return HORIZONS.find(([horizon]) => horizon === text)?.[0] ?? "any";
}

/** The end of the last night within the horizon; undefined when it has none. */
export function startingBefore(horizon: Horizon, now: Date, zone: string): Date | undefined {
  const today = nightOf(now, zone);
  switch (horizon) {
    case "any":
      return undefined;
    case "today":
      return endOfNight(today, zone);
    case "sunday":
      return endOfNight(addDays(today, 7 - weekday(today)), zone);
    case "week":
      return endOfNight(addDays(today, 6), zone);
  }
}
