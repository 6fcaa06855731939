/** From values to pixels, along a line. */
export type Scale = (value: number) => number;

/** @param to where `low` and `high` come to lie; both values the same is their middle */
export function linearScale(low: number, high: number, to: readonly [number, number]): Scale {
  const [start, end] = to;
  if (low === high) return () => (start + end) / 2;
  return (value) => start + ((value - low) / (high - low)) * (end - start);
}

/** Round numbers within the bounds, evenly apart by 1, 2 or 5 times a power of ten; as many as fit into `most`. */
export function ticks(low: number, high: number, most: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough * (1 - 1e-9)) ?? 10);
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Minutes; what divides a day, then days. */
const STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  180,
  360,
  720,
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY_MINUTES),
];

/** An instant on an axis. */
export interface TimeTick {
  readonly ms: number;
  readonly label: string;
}

const dayMonth = new Intl.DateTimeFormat("en-IE", { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat("en-IE", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Round instants by the reader's own clock: full minutes or hours, or midnights; at most `most` of them. */
export function timeTicks(fromMs: number, toMs: number, most: number): TimeTick[] {
  const spanMinutes = (toMs - fromMs) / MINUTE_MS;
  const step = STEPS.find((minutes) => spanMinutes / minutes <= most) ?? STEPS.at(-1)!;
  const ticksFound: TimeTick[] = [];
  const midnight = new Date(fromMs);
  midnight.setHours(0, 0, 0, 0);
  for (let i = 0; ; i++) {
    // By the calendar, so that days that are an hour longer or shorter still begin at midnight.
    const at = new Date(midnight);
    if (step >= DAY_MINUTES) at.setDate(at.getDate() + (i * step) / DAY_MINUTES);
    else at.setMinutes(i * step);
    const ms = at.getTime();
    if (ms > toMs) return ticksFound;
    if (ms < fromMs) continue;
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
    ticksFound.push({ ms, label: (isMidnight ? dayMonth : clock).format(at) });
  }
}
