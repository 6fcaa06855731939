import { RecentNumbers } from "./recent-numbers.js";

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Latencies that are kept: the last so many. */
const MOST_LATENCIES = 2_000;

/** What was counted in one hour of the day, or over all of them. */
export interface Counts {
  /** Answers that it ranked for, and those of them that failed. */
  readonly answers: number;
  readonly failures: number;
  /** Recommendations that were begun long enough ago, and those of them from which something was saved. */
  readonly recommendations: number;
  readonly saved: number;
}

/** How a version did as control: each hour of the day in UTC as it was when it last ranked then, and the last latencies. */
export class ServingFigures {
  /** The hours since 1970 that the slots are of. */
  private readonly hourAt = new Int32Array(HOURS).fill(-1);
  private readonly answers = new Uint32Array(HOURS);
  private readonly failures = new Uint32Array(HOURS);
  private readonly recommendations = new Uint32Array(HOURS);
  private readonly saves = new Uint32Array(HOURS);
  private readonly latencies = new RecentNumbers(MOST_LATENCIES);

  constructor(readonly version: string) {}

  /** Counts one answer. @param latencyMs how long ranking took; undefined where nothing was ranked for it */
  answered(atMs: number, hasFailed: boolean, latencyMs: number | undefined): void {
    const slot = this.slotOf(atMs);
    if (slot < 0) return;
    this.answers[slot]! += 1;
    if (hasFailed) this.failures[slot]! += 1;
    if (!hasFailed && latencyMs !== undefined) this.latencies.push(latencyMs);
  }

  /** Counts one recommendation, once it is known whether something was saved from it. */
  concluded(begunMs: number, isSaved: boolean): void {
    const slot = this.slotOf(begunMs);
    if (slot < 0) return;
    this.recommendations[slot]! += 1;
    if (isSaved) this.saves[slot]! += 1;
  }

  /** By hour of the day. */
  hours(): Counts[] {
    return Array.from(this.hourAt, (_, slot) => ({
      answers: this.answers[slot]!,
      failures: this.failures[slot]!,
      recommendations: this.recommendations[slot]!,
      saved: this.saves[slot]!,
    }));
  }

  totals(): Counts {
    return this.hours().reduce((sum, hour) => ({
      answers: sum.answers + hour.answers,
      failures: sum.failures + hour.failures,
      recommendations: sum.recommendations + hour.recommendations,
      saved: sum.saved + hour.saved,
    }));
  }

  /** The last latencies in milliseconds, the shortest first. */
  sortedLatencies(): Float32Array {
    return this.latencies.sorted();
  }

  /** The slot of an instant's hour, emptied if it still is that of a day before; −1 for what is too long ago. */
  private slotOf(atMs: number): number {
    const hour = Math.floor(atMs / HOUR_MS);
    const slot = hour % HOURS;
    if (hour < this.hourAt[slot]!) return -1;
    if (hour > this.hourAt[slot]!) {
      for (const counts of [this.answers, this.failures, this.recommendations, this.saves]) counts[slot] = 0;
      this.hourAt[slot] = hour;
    }
    return slot;
  }
}
