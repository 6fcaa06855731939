import { createRandom } from "@craic/numerics/random.js";
import type { Pick } from "./diversity.js";

/** The first place that may go to an event which few have seen: those before get most of the attention. */
export const FIRST_PLACE = 4;
/** Who fewer people than this have had on their screen is unknown. */
export const FEW_PEOPLE = 20;

/** How much of a list is for finding out. */
export interface Exploration {
  /** Share of the places from the 4th on that go to events which few have seen, 0 to 1. */
  readonly share: number;
  /** Which places those are, and which events get them: the same for the same list. */
  readonly seed: number;
}

/** An event of a list, and whether it was put where it is to be seen. */
export interface Placed extends Pick {
  readonly isExplored?: true;
}

/**
 * Gives some places of a list to events that few people have seen, so that they can be found to be liked: without
 * that only what is known already would become better known. Each place from the 4th on is such a place with
 * probability `share`; it goes to one of the events that stand further down or not in the list at all, drawn with
 * chances in proportion to their scores, so that it is not just anything. The others move down by one.
 *
 * This is ε-greedy (Sutton and Barto, Reinforcement Learning, 2nd ed., section 2.2), and not Thompson sampling: it
 * needs no model of how often an event would be liked, gives up a share of the list that is known beforehand, and
 * leaves the order of all the others alone.
 *
 * @param picks the next events of the list, best first
 * @param from how many events the list has already
 * @param wanted how long the answer is at most
 * @param unknown all events that few have seen and that are not in the list already, with their scores
 */
export function explore(
  picks: readonly Pick[],
  from: number,
  wanted: number,
  unknown: readonly Pick[],
  { share, seed }: Exploration,
): Placed[] {
  const arranged: Placed[] = [];
  const taken = new Set<number>();
  let next = 0;
  while (arranged.length < wanted) {
    const place = from + arranged.length + 1;
    const random = createRandom(seed + Math.imul(place, 0x9e3779b1));
    if (place >= FIRST_PLACE && random() < share) {
      const found = draw(unknown, taken, random());
      if (found !== undefined) {
        arranged.push({ ...found, isExplored: true });
        taken.add(found.event);
        continue;
      }
    }
    while (next < picks.length && taken.has(picks[next]!.event)) next++;
    const pick = picks[next++];
    if (pick === undefined) break;
    arranged.push(pick);
    taken.add(pick.event);
  }
  return arranged;
}

/** One of these that is not taken, with chances in proportion to their scores; any of them where all scores are 0. */
function draw(picks: readonly Pick[], taken: ReadonlySet<number>, random: number): Pick | undefined {
  let total = 0;
  let count = 0;
  for (const { event, score } of picks) {
    if (taken.has(event)) continue;
    total += score;
    count++;
  }
  // Where all scores are 0, each of them stands for 1.
  let left = random * (total === 0 ? count : total);
  for (const pick of picks) {
    if (taken.has(pick.event)) continue;
    left -= total === 0 ? 1 : pick.score;
    if (left < 0) return pick;
  }
  return undefined;
}
