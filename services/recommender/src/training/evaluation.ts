import { hitRate, ndcg, reciprocalRank } from "@craic/numerics/ranking-metrics.js";
import { candidatesOf } from "../ranking/candidates.js";
import type { LiveState } from "../ranking/live-state.js";
import type { Algorithm, Ranker } from "../ranking/ranker.js";
import { noPreferences } from "../ranking/taste.js";
import type { Discovery, Replay } from "./replay.js";

/** Means over held-out discoveries, by name: "ndcg@10", and "ndcg@10:new" for those of new users alone. */
export type Metrics = Readonly<Record<string, number>>;

const K = 10;
const metrics = { "hit_rate@10": hitRate, "ndcg@10": ndcg, "mrr@10": reciprocalRank };

/** Likes at the time of the discovery, from which on a person belongs to a group. */
const groups = [
  ["new", 0],
  ["light", 3],
  ["heavy", 20],
] as const;
export type Group = (typeof groups)[number][0];

/** Something that ranks, to be compared with others on the same discoveries. */
export interface Contestant {
  readonly ranker: Ranker;
  readonly algorithm: Algorithm;
}

/** A held-out discovery, and where each contestant would have ranked it: 1 for the top. */
export interface Trial {
  readonly user: number;
  readonly group: Group;
  readonly cityId: string;
  /** In the order of the contestants. Events that nobody could have told apart share the mean of their ranks. */
  readonly ranks: readonly number[];
}

/**
 * Where contestants would have ranked what people discovered, had they been asked at that moment: in full, among
 * all candidates, with all feedback up to then and none after.
 *
 * @param replay brings `state` to each moment
 * @param rest called between discoveries with the share of them that is done, so that others can run
 * @param visit called with each discovery while `state` is at its moment
 */
export async function evaluate(
  state: LiveState,
  replay: Replay,
  discoveries: readonly Discovery[],
  contestants: readonly Contestant[],
  rest: (share: number) => Promise<void>,
  visit: (discovery: Discovery) => void = () => undefined,
): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const discovery of discoveries) {
    replay.upTo(discovery.place);
    const candidates = candidatesOf(state, discovery);
    trials.push({
      user: discovery.user,
      group: groupOf(state, discovery.user),
      cityId: state.catalogue.cityIdOf(discovery.event),
      ranks: contestants.map((contestant) => rankOf(contestant, discovery, candidates)),
    });
    visit(discovery);
    await rest(trials.length / discoveries.length);
  }
  return trials;
}

/** The metrics of one contestant, over all trials and over those of each group. */
export function metricsOf(trials: readonly Trial[], contestant: number): Metrics {
  const found: Record<string, number> = {};
  for (const group of [undefined, ...groups.map(([name]) => name)]) {
    const ofGroup = trials.filter((trial) => group === undefined || trial.group === group);
    if (ofGroup.length === 0) continue;
    for (const [name, metric] of Object.entries(metrics)) {
      const sum = ofGroup.reduce((total, { ranks }) => total + metric([ranks[contestant]!], K), 0);
      found[group === undefined ? name : `${name}:${group}`] = sum / ofGroup.length;
    }
  }
  return found;
}

/** NDCG@10 of one contestant in one trial. */
export function ndcgOf({ ranks }: Trial, contestant: number): number {
  return ndcg([ranks[contestant]!], K);
}

function rankOf(
  { ranker, algorithm }: Contestant,
  discovery: Discovery,
  candidates: readonly number[],
): number {
  const person = { user: discovery.user, preferences: noPreferences };
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

function groupOf(state: LiveState, user: number): Group {
  const { offsets, lengths } = state.behaviour.pairs;
  let likes = 0;
  for (let slot = offsets[user]!; slot < offsets[user]! + lengths[user]!; slot++) {
    if (state.behaviour.valueAt(slot) > 0) likes++;
  }
  return groups.findLast(([, fromLikes]) => likes >= fromLikes)![0];
}
