import { fisherGreater } from "@craic/numerics/fisher-exact.js";
import { mantelHaenszelFewer, type Stratum } from "@craic/numerics/mantel-haenszel.js";
import { quantile } from "./recent-numbers.js";
import type { ServingFigures } from "./serving-figures.js";

/** What a version can be worse in than the one before it. */
export const harmKinds = ["failures", "latency", "saves"] as const;
export type HarmKind = (typeof harmKinds)[number];

/** Harm that was found. */
export interface Harm {
  readonly kind: HarmKind;
  /** One sentence with the figures and the test, for an operator. */
  readonly finding: string;
}

// What is not yet harm, however sure it is. A version must be worse than this.
const LATENCY_FACTOR = 1.5;
const LATENCY_ALLOWANCE_MS = 1;
const SAVES_KEPT = 0.9;

/** Share of the answers that are slow by definition: those beyond the 95th percentile. */
const SLOW = 0.05;

/** How much more there must be than at the last look for another one: with as much again, looks say much the same. */
const GROWTH = 1.25;
/** First looks: at so many answers, so many latencies, and so many saves to be expected. */
const firstLooks: Readonly<Record<HarmKind, number>> = { failures: 20, latency: 200, saves: 10 };

/**
 * By which of two versions a third is to be measured: by the one that has proved itself, as long as it has ranked as
 * often as latency is judged by, or at least as often as the other.
 */
export function measureOf(proven: ServingFigures, unproven: ServingFigures): ServingFigures {
  const enough = Math.min(firstLooks.latency, unproven.sortedLatencies().length);
  return proven.sortedLatencies().length >= enough ? proven : unproven;
}

/** One way to compare a version with the one before it. */
interface Comparison {
  /** How much there is to compare: looks are spaced by that. */
  size(before: ServingFigures, after: ServingFigures): number;
  /** The one-sided p-value of "it is no worse", and the figures in words. */
  test(before: ServingFigures, after: ServingFigures): { readonly p: number; readonly told: string };
}

/**
 * Looks again and again for harm that a version does, beside the one before it. Three things are compared, each
 * by a one-sided test:
 *
 *  - failures: Fisher's exact test of their share in all answers;
 *  - latency: the exceedance test. An answer is slow beyond 1.5 times what was the 95th percentile before, plus
 *    1 ms; the version does harm if more of its answers are slow than were beyond that percentile before. With
 *    the threshold an observation of the version before, Fisher's exact test of the two counts is exact
 *    (Gumbel and von Schelling, "The Distribution of the Number of Exceedances", 1950);
 *  - saves: the Cochran–Mantel–Haenszel test, hour of the day by hour, so that a night is compared with a night,
 *    of the share of recommendations that led to a save against 0.9 times what it was before.
 *
 * Looking often finds something sooner or later, by chance too. Each test may therefore err with probability
 * α/3 over all of its looks, of which the i-th is given 6/(π² i²), a series that adds up to one: by Boole's
 * inequality the chance of ever finding harm in a version that does none is at most α, however long it is
 * watched and however the looks depend on each other. Looks are made when there is a quarter more to compare
 * than at the last one, so that few are needed and late ones are still sharp.
 */
export class HarmSearch {
  private readonly looks: Record<HarmKind, { next: number; made: number }>;

  /** @param alpha the chance of finding harm where there is none, 0 to 1 */
  constructor(
    private readonly before: ServingFigures,
    private readonly alpha: number,
  ) {
    const fresh = (kind: HarmKind) => ({ next: firstLooks[kind], made: 0 });
    this.looks = { failures: fresh("failures"), latency: fresh("latency"), saves: fresh("saves") };
  }

  /** Looks at what has come together since; undefined when no harm is found. */
  look(after: ServingFigures): Harm | undefined {
    for (const kind of harmKinds) {
      const level = this.levelOfLook(kind, comparisons[kind].size(this.before, after));
      if (level === undefined) continue;
      const { p, told } = comparisons[kind].test(this.before, after);
      if (p > level) continue;
      const finding = `${told}; p = ${p.toExponential(1)}, at most ${level.toExponential(1)} by chance`;
      return { kind, finding };
    }
    return undefined;
  }

  /** What p must not exceed now; undefined when there is too little new to look at. */
  private levelOfLook(kind: HarmKind, size: number): number | undefined {
    const look = this.looks[kind];
    if (size < look.next) return undefined;
    look.next = size * GROWTH;
    look.made++;
    return ((this.alpha / harmKinds.length) * 6) / (Math.PI * look.made) ** 2;
  }
}

const answersOf = (_: ServingFigures, after: ServingFigures) => after.totals().answers;

const comparisons: Readonly<Record<HarmKind, Comparison>> = {
  failures: {
    size: answersOf,
    test(before, after) {
      const [was, is] = [before.totals(), after.totals()];
      const p = fisherGreater(is.failures, is.answers, was.failures, was.answers);
      const told = `${after.version} failed in ${is.failures} of ${is.answers} answers, ${before.version} in ${was.failures} of ${was.answers}`;
      return { p, told };
    },
  },

  latency: {
    size: answersOf,
    test(before, after) {
      const [was, is] = [before.sortedLatencies(), after.sortedLatencies()];
      const p95 = quantile(was, 1 - SLOW);
      const limitMs = LATENCY_FACTOR * p95 + LATENCY_ALLOWANCE_MS;
      const p = fisherGreater(countAbove(limitMs, is), is.length, countAbove(p95, was), was.length);
      const told = `95 in 100 answers of ${after.version} took up to ${quantile(is, 1 - SLOW).toFixed(1)} ms, of ${before.version} up to ${p95.toFixed(1)} ms`;
      return { p, told };
    },
  },

  saves: {
    size: (before, after) => mantelHaenszelFewer(strataOf(before, after)).expected,
    test(before, after) {
      const { p, expected, observed } = mantelHaenszelFewer(strataOf(before, after));
      const told = `something was saved from ${observed} recommendations of ${after.version}, where ${expected.toFixed(1)} were the least to be expected by ${before.version} at the same hours`;
      return { p, told };
    },
  },
};

/** The hours of the day, those of the new version first. */
function strataOf(before: ServingFigures, after: ServingFigures): Stratum[] {
  const afterHours = after.hours();
  return before.hours().map(({ recommendations, saved }, hour) => ({
    successesA: afterHours[hour]!.saved,
    trialsA: afterHours[hour]!.recommendations,
    // A count that is scaled down varies less than the test takes it to: that errs on the side of no harm.
    successesB: SAVES_KEPT * saved,
    trialsB: recommendations,
  }));
}

function countAbove(limit: number, sorted: Float32Array): number {
  return sorted.filter((number) => number > limit).length;
}
