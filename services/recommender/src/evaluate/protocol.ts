import { createRandom } from "@craic/numerics/random.js";
import { askAboutAttendance, DAY_MS } from "./attendance-split.js";
import type { DataSet, Interactions } from "./data-set.js";
import { type Options, type SplitKind, UsageError } from "./options.js";
import type { Question, Split } from "./question.js";
import { givenSplit, leaveOneOut, type Ranking, splitAt } from "./splits.js";

/** Months are of equal length here. */
const MONTH_MS = (365.25 / 12) * DAY_MS;
/** Part held out by time where the data spans less than a year or two. */
const SHORT_TEST_SHARE = 0.2;

/** Questions of one kind about one split. */
export interface Trial {
  /** For example "99 negatives". */
  readonly name: string;
  readonly split: Split;
}

/**
 * What is asked of the algorithms: all trials have the same training part.
 *
 * @param seed decides which negatives, and which questions, are sampled
 */
export function trialsOf(data: DataSet, options: Options, seed: number): Trial[] {
  const kind = options.split ?? usualSplit(data);
  if (kind === "given" && data.given === undefined)
    throw new UsageError("--split given: the data has no test");
  const minHistory = options.minHistory ?? (isAttendance(data) ? 3 : 0);
  const trials = isAttendance(data) && kind === "time" ? attendance() : plain();
  return trials.map(({ name, split }) => {
    const asked = split.questions.filter(({ history }) => history >= minHistory);
    return { name, split: { ...split, questions: sampled(asked, options.questions, seed) } };
  });

  function attendance(): Trial[] {
    const { windowDays, leadDays = windowDays, minHistory = 3 } = options;
    const fromMs = testBegins(data, options);
    const split = askAboutAttendance(data, { fromMs, windowDays, minHistory, leadDays });
    return [{ name: `events within ${windowDays} days`, split }];
  }

  function plain(): Trial[] {
    const rankings: Ranking[] = [];
    const { negatives } = options;
    if (options.ranking !== "full") rankings.push({ kind: "sampled", negatives, seed });
    if (options.ranking !== "sampled") rankings.push({ kind: "full" });
    return rankings.map((ranking) => ({ name: nameOf(ranking, kind), split: splitBy(kind, ranking) }));
  }

  function splitBy(kind: SplitKind, ranking: Ranking): Split {
    switch (kind) {
      case "given":
        return givenSplit(data, ranking);
      case "leave-one-out":
        return leaveOneOut(data, ranking);
      case "time":
        return splitAt(data, testBegins(data, options), ranking);
    }
  }
}

/**
 * A function that holds a validation part out of interactions, in the way in which the test is held out of the data,
 * with the first of its trials' questions, or among so many sampled negatives. A test that came with the data is read as the last item of each user.
 */
export function carver(data: DataSet, options: Options, seed: number) {
  const split = data.given === undefined ? options.split : "leave-one-out";
  return (interactions: Interactions, negatives?: number): Split => {
    const rest = { ...data, interactions, given: undefined };
    const among: Partial<Options> = negatives === undefined ? {} : { ranking: "sampled", negatives };
    const asked = { ...options, ...among, split, questions: Number.POSITIVE_INFINITY };
    return trialsOf(rest, asked, seed)[0]!.split;
  };
}

export const isAttendance = ({ details }: DataSet) => details?.[0]?.event !== undefined;

function usualSplit(data: DataSet): SplitKind {
  if (data.given !== undefined) return "given";
  return data.details === undefined ? "leave-one-out" : "time";
}

function nameOf(ranking: Ranking, kind: SplitKind): string {
  if (ranking.kind === "full") return "all items";
  return kind === "given" ? "given negatives" : `${ranking.negatives} negatives`;
}

/** When the test part begins. */
function testBegins({ interactions, details }: DataSet, { testMonths, testShare }: Options): number {
  const { timesMs, count } = interactions;
  const firstMs = timesMs[0]!;
  const lastMs = timesMs[count - 1]!;
  const byMonths = lastMs - testMonths * MONTH_MS;
  if (testShare === undefined && (details?.[0]?.event !== undefined || byMonths > firstMs)) return byMonths;
  return timesMs[Math.floor(count * (1 - (testShare ?? SHORT_TEST_SHARE)))]!;
}

/** At most `most` of the questions, each as likely as any other, in their order. */
function sampled(questions: readonly Question[], most: number, seed: number): readonly Question[] {
  const random = createRandom(seed);
  let left = questions.length;
  let wanted = Math.min(most, left);
  if (wanted >= left) return questions;
  return questions.filter(() => {
    const taken = random() * left-- < wanted;
    if (taken) wanted--;
    return taken;
  });
}
