import { hitRate, ndcg, reciprocalRank } from "@craic/numerics/ranking-metrics.js";
import { candidatesOf } from "./candidates.js";
import type { LiveState } from "./live-state.js";
import type { Algorithm, Ranker } from "./ranker.js";
import type { Discovery, Replay } from "./replay.js";
import { noPreferences } from "./taste.js";

/** Means over held-out discoveries, by name: "ndcg@10", and "ndcg@10:new" for those of new users alone. */
export type Metrics = Readonly<Record<string, number>>;

const K = 10;
const metrics = { "hit_rate@10": hitRate, "ndcg@10": ndcg, "mrr@10": reciprocalRank };

/** Likes at the time of the discovery, from which on a person belongs to a group. */
const groups: readonly (readonly [name: string, fromLikes: number])[] = [
  ["new", 0],
  ["light", 3],
  ["heavy", 20],
];

/** Something that ranks, to be compared with others on the same discoveries. */
export interface Contestant {
  readonly ranker: Ranker;
  readonly algorithm: Algorithm;
}

/**
 * Where contestants would have ranked what people discovered, had they been asked at that moment: in full, among
 * all candidates, with all feedback up to then and none after. Events that nobody could have told apart share
 * the mean of their ranks.
 *
 * @param replay brings `state` to each moment
 * @param rest called between discoveries, so that others can run
 * @returns the metrics of each contestant
 */
export async function evaluate(
  state: LiveState,
  replay: Replay,
  discoveries: readonly Discovery[],
  contestants: readonly Contestant[],
  rest: () => Promise<void>,
): Promise<Metrics[]> {
  const sums = contestants.map(() => new Map<string, number>());
  const counts = new Map<string, number>();
  for (const discovery of discoveries) {
    replay.upTo(discovery.place);
    const suffixes = ["", `:${groupOf(state, discovery.user)}`];
    for (const suffix of suffixes) counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
    contestants.forEach((contestant, i) => {
      const rank = rankOf(state, contestant, discovery);
      for (const [name, metric] of Object.entries(metrics)) {
        const value = metric([rank], K);
        for (const suffix of suffixes) {
          sums[i]!.set(name + suffix, (sums[i]!.get(name + suffix) ?? 0) + value);
        }
      }
    });
    await rest();
  }
  return sums.map((sum) =>
    Object.fromEntries(
      [...sum].map(([name, total]) => [name, total / counts.get(/:.*|$/.exec(name)![0])!] as const),
    ),
  );
}

function rankOf(state: LiveState, { ranker, algorithm }: Contestant, discovery: Discovery): number {
  const person = { user: discovery.user, preferences: noPreferences };
  const candidates = candidatesOf(state, discovery);
  return ranker.forPerson(person, algorithm, discovery.occurMs, ({ scoreOf }) => {
    const own = scoreOf(discovery.event);
    let better = 0;
    let equal = 0;
    for (const other of candidates) {
      const score = scoreOf(other);
      if (score > own) better++;
      else if (score === own) equal++;
    }
    return better + (equal + 1) / 2; // the discovery is equal to itself
  });
}

function groupOf(state: LiveState, user: number): string {
  const { offsets, lengths } = state.behaviour.pairs;
  let likes = 0;
  for (let slot = offsets[user]!; slot < offsets[user]! + lengths[user]!; slot++) {
    if (state.behaviour.valueAt(slot) > 0) likes++;
  }
  return groups.findLast(([, fromLikes]) => likes >= fromLikes)![0];
}
