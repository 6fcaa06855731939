import { ListTally } from "@craic/numerics/list-metrics.js";
import {
  hitRate,
  ndcg,
  type RankingMetric,
  recall,
  reciprocalRank,
} from "@craic/numerics/ranking-metrics.js";
import type { Scorer } from "./algorithm.js";
import type { Question, Split } from "./question.js";

/** The measures of a list against what the user wanted. */
export const metricsByName: Readonly<Record<string, RankingMetric>> = {
  hit: hitRate,
  ndcg,
  recall,
  mrr: reciprocalRank,
};

/** A measure of the first k places, for example ndcg@10. */
export interface MetricAt {
  readonly name: string;
  readonly metric: RankingMetric;
  readonly k: number;
}

export function metricsAt(ks: readonly number[]): MetricAt[] {
  return Object.entries(metricsByName).flatMap(([name, metric]) =>
    ks.map((k) => ({ name: `${name}@${k}`, metric, k })),
  );
}

/** How one algorithm did. */
export interface Measurement {
  /** Questions × metrics, row-major. */
  readonly values: Float64Array;
  /** Share of all items that are among the first k of any list. */
  readonly coverage: number;
  /** Mean self-information of the places in the lists, bits. */
  readonly novelty: number;
}

/**
 * Asks a trained algorithm all questions, in order; before each it gets to know what had happened by then.
 * Candidates with equal scores are put in an order by chance, which the seed decides, so that no algorithm gains
 * from the order in which they are given.
 *
 * @param listLength first places that coverage and novelty are about
 * @throws RangeError when a score is not a number
 */
export function measure(
  scorer: Scorer,
  split: Split,
  items: number,
  metrics: readonly MetricAt[],
  listLength: number,
  seed: number,
  progress: (done: number) => void = () => {},
): Measurement {
  const { train, later, questions } = split;
  const interactions = new Uint32Array(items);
  for (const item of train.items) interactions[item]! += 1;
  const tally = new ListTally(interactions);
  const values = new Float64Array(questions.length * metrics.length);
  let observed = 0;
  for (const [q, question] of questions.entries()) {
    for (; observed < question.known; observed++) {
      scorer.observe?.(later.users[observed]!, later.items[observed]!, later.timesMs[observed]!);
    }
    const { ranks, list } = answer(scorer, question, listLength, Math.imul(seed, 0x9e3779b1) ^ q);
    for (const [m, { metric, k }] of metrics.entries()) values[q * metrics.length + m] = metric(ranks, k);
    tally.add(list);
    progress(q + 1);
  }
  return { values, coverage: tally.coverage, novelty: tally.novelty };
}

/** Ranks of the relevant items, and the first places of the list. */
export function answer(scorer: Scorer, question: Question, listLength: number, seed: number) {
  const candidates = question.candidates();
  const scores = new Float64Array(candidates.length);
  scorer.score(question, candidates, scores);
  const better = (a: number, b: number) =>
    scores[a]! > scores[b]! ||
    (scores[a] === scores[b] && chance(candidates[a]!, seed) < chance(candidates[b]!, seed));
  const list: number[] = [];
  for (let i = 0; i < candidates.length; i++) {
    if (Number.isNaN(scores[i])) throw new RangeError(`the score of item ${candidates[i]} is not a number`);
    let place = list.length;
    while (place > 0 && better(i, list[place - 1]!)) place--;
    if (place < listLength) list.splice(place, 0, i);
    if (list.length > listLength) list.pop();
  }
  const ranks = Array.from(question.relevant, (item) => {
    const own = candidates.indexOf(item);
    let rank = 1;
    for (let i = 0; i < candidates.length; i++) if (i !== own && better(i, own)) rank++;
    return rank;
  });
  return { ranks, list: list.map((i) => candidates[i]!) };
}

/** 32 bits of a number and a seed, mixed (the finaliser of MurmurHash3, by Appleby). */
function chance(number: number, seed: number): number {
  let h = (number ^ seed) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
