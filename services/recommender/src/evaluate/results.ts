import { bootstrapIntervals, type Interval } from "@craic/numerics/bootstrap.js";
import { createRandom } from "@craic/numerics/random.js";
import type { Settings } from "./algorithm.js";
import type { Group } from "./groups.js";
import type { Question } from "./question.js";

/** Users hold together: their questions are drawn together. */
const CONFIDENCE = 0.95;

/** How one algorithm did at one trial, by question. */
export interface Answers {
  readonly algorithm: string;
  readonly settings: Settings;
  /** What was learned, where that can be said in a line. */
  readonly learned: string | undefined;
  readonly fitSeconds: number;
  readonly scoreSeconds: number;
  /** Questions × metrics, row-major; means over the seeds. */
  readonly values: Float64Array;
  readonly coverage: number;
  readonly noveltyBits: number;
}

export interface Figure extends Interval {
  readonly mean: number;
}

/** A figure for people: with its interval, where it has one. */
export function figureText({ mean, low, high }: Figure): string {
  return Number.isNaN(low) ? mean.toFixed(4) : `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}

/** How the algorithms did on one sub-population. */
export interface GroupResult {
  readonly about: string;
  readonly name: string;
  readonly questions: number;
  readonly users: number;
  /** By algorithm, then by metric. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, Figure>>>>;
  /** By algorithm: its main metric less that of the best one, question by question. */
  readonly behindBest: Readonly<Record<string, Figure>>;
  readonly best: string;
}

/**
 * Means with intervals of every metric of every algorithm for a sub-population.
 *
 * @param main number of the metric that decides which algorithm is the best
 */
export function summarise(
  group: Group,
  questions: readonly Question[],
  answers: readonly Answers[],
  metrics: readonly string[],
  main: number,
  resamples: number,
  seed: number,
): GroupResult {
  const users = new Map<number, number>();
  for (const q of group.questions) {
    const { user } = questions[q]!;
    if (!users.has(user)) users.set(user, users.size);
  }
  const width = metrics.length;
  const mean = (values: Float64Array, m: number) =>
    group.questions.reduce((sum, q) => sum + values[q * width + m]!, 0) / group.questions.length;
  const mains = answers.map(({ values }) => mean(values, main));
  const best = mains.indexOf(Math.max(...mains));
  // One figure for each algorithm and metric, then one for each algorithm's distance from the best.
  const figures = answers.length * (width + 1);
  const sums = new Float64Array(users.size * figures);
  const counts = new Float64Array(users.size);
  for (const q of group.questions) {
    const row = users.get(questions[q]!.user)!;
    counts[row]! += 1;
    for (const [a, { values }] of answers.entries()) {
      for (let m = 0; m < width; m++) sums[row * figures + a * width + m]! += values[q * width + m]!;
      const behind = values[q * width + main]! - answers[best]!.values[q * width + main]!;
      sums[row * figures + answers.length * width + a]! += behind;
    }
  }
  const intervals = bootstrapIntervals({ sums, counts, figures }, resamples, CONFIDENCE, createRandom(seed));
  return {
    about: group.about,
    name: group.name,
    questions: group.questions.length,
    users: users.size,
    best: answers[best]!.algorithm,
    figures: Object.fromEntries(
      answers.map(({ algorithm, values }, a) => [
        algorithm,
        Object.fromEntries(
          metrics.map((name, m) => [name, { mean: mean(values, m), ...intervals[a * width + m]! }]),
        ),
      ]),
    ),
    behindBest: Object.fromEntries(
      answers.map(({ algorithm }, a) => [
        algorithm,
        { mean: mains[a]! - mains[best]!, ...intervals[answers.length * width + a]! },
      ]),
    ),
  };
}
