/** Opening hours by day, "2016-11-21" to "14:00-22:00", or "17:00" where the closing hour is not known. */
export type OpeningHours = Readonly<Record<string, string>>;

/** One day's hours. A closing hour before the opening one is on the next day. */
export interface DayHours {
  readonly day: string;
  readonly opens: string;
  /** Unset when not known. */
  readonly closes?: string;
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The days on which it is open, the first first. */
export function openDays(opening: OpeningHours): DayHours[] {
  return Object.keys(opening)
    .sort()
    .map((day) => {
      const [opens = "", closes] = opening[day]!.split("-");
      return { day, opens, closes };
    });
}

/**
 * Says when it is open in words that stay true when all days are moved by whole weeks: weekdays with the
 * hours that are the most frequent on each, for example "Monday to Thursday 14:00–22:00, Friday to Sunday
 * 12:00–22:00". Days that differ are said to exist.
 */
export function inWords(days: readonly DayHours[]): string {
  const byWeekday = WEEKDAYS.map((_, weekday) =>
    days.filter(({ day }) => weekdayOf(day) === weekday).map(hoursInWords),
  );
  const usual = byWeekday.map(mostFrequent);
  const spans: string[] = [];
  for (let from = 0; from < 7; from++) {
    const hours = usual[from];
    if (hours === undefined) continue;
    let to = from;
    while (usual[to + 1] === hours) to++;
    spans.push(`${spanOfDays(from, to)} ${hours}`);
    from = to;
  }
  const differs = byWeekday.some((all, weekday) => all.some((hours) => hours !== usual[weekday]));
  return `${spans.join(", ")}${differs ? "; other hours on some days" : ""}`;
}

function hoursInWords({ opens, closes }: DayHours): string {
  return closes === undefined ? `from ${opens}` : `${opens}–${closes}`;
}

function spanOfDays(from: number, to: number): string {
  if (from === to) return WEEKDAYS[from]!;
  return `${WEEKDAYS[from]} ${to === from + 1 ? "and" : "to"} ${WEEKDAYS[to]}`;
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** 0 for Monday. */
function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}
