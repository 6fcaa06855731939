/** How figures and instants are written, everywhere on the pages of experiments. */
const LOCALE = "en-IE";

const whole = new Intl.NumberFormat(LOCALE);
const share = new Intl.NumberFormat(LOCALE, { style: "percent", maximumSignificantDigits: 3 });
const small = new Intl.NumberFormat(LOCALE, { style: "percent", maximumSignificantDigits: 2 });
const change = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});
const plain = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });
const points = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2, signDisplay: "exceptZero" });
const tenths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const signed = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3, signDisplay: "exceptZero" });

/** Where a figure does not exist, as a lift over nothing. */
export const NO_FIGURE = "–";

/** Bounds of a figure, as services give them; they may be unset, not a number, or infinite. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export function count(value: bigint | number): string {
  return whole.format(value);
}

/** What was chosen, 0.25 as "25%" and 0.125 as "12.5%". */
export function percent(value: number): string {
  return Number.isNaN(value) ? NO_FIGURE : share.format(value);
}

/** What was measured, 0.1234 as "12.3%" and 0.2 as "20.0%"; below a percent two digits. */
export function rate(value: number): string {
  if (Number.isNaN(value)) return NO_FIGURE;
  return value !== 0 && value < 0.01 ? small.format(value) : tenths.format(value);
}

/** 0.1 as "+10.0%", with a minus sign as long as the plus. */
export function lift(value: number): string {
  if (Number.isNaN(value)) return NO_FIGURE;
  if (!Number.isFinite(value)) return value > 0 ? "no limit" : "−no limit";
  return minus(change.format(value));
}

/** "+4.1% to +33.9%"; "at least +4.1%" or "at most" where one side is open. */
export function range(bounds: Bounds | undefined, format: (value: number) => string): string {
  if (bounds === undefined || Number.isNaN(bounds.low) || Number.isNaN(bounds.high)) return NO_FIGURE;
  const [low, high] = [Number.isFinite(bounds.low), Number.isFinite(bounds.high)];
  if (low && high) return `${format(bounds.low)} to ${format(bounds.high)}`;
  if (!low && !high) return "not known yet";
  return low ? `at least ${format(bounds.low)}` : `at most ${format(bounds.high)}`;
}

/** Percentage points of a rate that are lost, of which those that nobody would miss are not told apart. */
export function loss(value: number): string {
  return value > 0 && value < 0.0001 ? "< 0.01 pp" : amount(value, "share", { sign: true }).replace("+", "");
}

/** Two digits, none of which is a long row of zeros. */
export function pValue(value: number): string {
  if (Number.isNaN(value)) return NO_FIGURE;
  if (value < 0.0001) return "< 0.0001";
  return value >= 0.995 ? "1" : String(Number(value.toPrecision(2)));
}

/** A probability that is never written as certain. */
export function chance(value: number): string {
  if (Number.isNaN(value)) return NO_FIGURE;
  if (value > 0 && value < 0.001) return "< 0.1%";
  if (value < 1 && value > 0.999) return "> 99.9%";
  return tenths.format(value);
}

/** A metric's mean, or a difference of means, in the metric's own unit. */
export function amount(value: number, unit: Unit, { sign = false } = {}): string {
  if (Number.isNaN(value)) return NO_FIGURE;
  const number = sign ? signed : plain;
  switch (unit) {
    case "share":
      return sign ? `${minus(points.format(100 * value))} pp` : rate(value);
    case "milliseconds":
      return `${minus(number.format(value))} ms`;
    case "times":
      return minus(number.format(value));
  }
}

export type Unit = "share" | "milliseconds" | "times";

function minus(text: string): string {
  return text.replace("-", "−");
}

const clockFormat = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayFormat = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });

/** "14:05" by the reader's own clock, as all instants here are. */
export function clock(instant: Date): string {
  return clockFormat.format(instant);
}

/** "7 Nov 2026". */
export function day(instant: Date): string {
  return dayFormat.format(instant);
}

/** "7 Nov 2026, 14:05". */
export function dayAndClock(instant: Date): string {
  return `${day(instant)}, ${clock(instant)}`;
}

const HOUR_MS = 3_600_000;

/** "20 minutes", "3 hours", "14 days": a length of time, in its largest unit. */
export function duration(ms: number): string {
  const units = [
    [24 * HOUR_MS, "day"],
    [HOUR_MS, "hour"],
    [HOUR_MS / 60, "minute"],
  ] as const;
  const [unitMs, name] = units.find(([length]) => ms >= length) ?? units[2];
  const number = Math.max(1, Math.floor(ms / unitMs));
  return `${count(number)} ${name}${number === 1 ? "" : "s"}`;
}
