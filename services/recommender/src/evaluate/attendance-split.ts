import type { DataSet } from "./data-set.js";
import type { Question, Split } from "./question.js";
import { cutAt } from "./splits.js";

export const DAY_MS = 86_400_000;

/** How people's attendances are asked about. */
export interface AttendanceRules {
  /** Attendances from this instant on are asked about; algorithms are trained on those before. */
  readonly fromMs: number;
  /** Candidates are the events that begin so many days before or after the attended one, at most. */
  readonly windowDays: number;
  /** Asks only about people known to have been to so many events. */
  readonly minHistory: number;
  /** What is known is what happened so many days before the attended event, or earlier; 0 for the day before. */
  readonly leadDays: number;
}

/**
 * Asks, for each attendance of the test period: of the events around that time, which one did the person go to?
 * Nothing of the attended event's own day is known, nor anything after, neither of that person nor of others. The
 * events that the person is known to have been to are no candidates; others that they went to later are, and
 * count as wrong.
 */
export function askAboutAttendance(
  data: Pick<DataSet, "interactions" | "details">,
  rules: AttendanceRules,
): Split {
  const { train, later } = cutAt(data.interactions, rules.fromMs);
  const startMs = Float64Array.from(data.details ?? [], ({ event }) => event?.startMs ?? Number.NaN);
  const byStart = Uint32Array.from(startMs.keys()).sort((a, b) => startMs[a]! - startMs[b]! || a - b);
  const attended = new Map<number, { item: number; timeMs: number }[]>();
  for (const { users, items, timesMs, count } of [train, later]) {
    for (let i = 0; i < count; i++) {
      const item = { item: items[i]!, timeMs: timesMs[i]! };
      const list = attended.get(users[i]!);
      if (list === undefined) attended.set(users[i]!, [item]);
      else list.push(item);
    }
  }
  const questions: Question[] = [];
  for (let i = 0; i < later.count; i++) {
    const user = later.users[i]!;
    const item = later.items[i]!;
    const atMs = startMs[item]! - rules.leadDays * DAY_MS;
    const before = new Set<number>();
    for (const past of attended.get(user) ?? []) {
      if (past.timeMs < atMs) before.add(past.item);
    }
    if (before.size < rules.minHistory || before.has(item)) continue;
    questions.push({
      user,
      history: before.size,
      atMs,
      known: firstFrom(later.timesMs, atMs),
      relevant: Uint32Array.of(item),
      candidates: () => {
        const first = firstFrom(byStart, startMs[item]! - rules.windowDays * DAY_MS, startMs);
        const end = firstFrom(byStart, startMs[item]! + rules.windowDays * DAY_MS + 1, startMs);
        return byStart.slice(first, end).filter((event) => !before.has(event));
      },
    });
  }
  questions.sort((a, b) => a.known - b.known);
  return { train, later, questions };
}

/** Place of the first number that is not below `bound`, by bisection; with `keys`, of the first whose key is not. */
function firstFrom(sorted: Float64Array | Uint32Array, bound: number, keys?: Float64Array): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = keys === undefined ? sorted[middle]! : keys[sorted[middle]!]!;
    if (value < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
