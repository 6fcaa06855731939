import { createRandom } from "@craic/numerics/random.js";
import type { Diversifier, Picked } from "./diversity.js";

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

export const noExploration: Exploration = { share: 0, seed: 0 };

/** An event of a list, and whether it was put where it is to be seen. */
export interface Placed extends Picked {
  readonly isExplored?: true;
}

/**
 * Gives some places of a list to events that few people have seen, so that they can be found to be liked: without
 * that only what is known already would become better known. Each place from the 4th on is such a place with
 * probability `share`; it goes to one of the events that stand further down, drawn with chances in proportion to their
 * scores, so that it is not just anything. The others move down by one. What makes a list various holds for all of them.
 *
 * This is ε-greedy (Sutton and Barto, Reinforcement Learning, 2nd ed., section 2.2), and not Thompson sampling: it
 * needs no model of how often an event would be liked, gives up a share of the list that is known beforehand, and
 * leaves the order of all the others alone.
 *
 * @param diversifier gives the next events of the list, best first
 * @param from how many events the list has already
 * @param wanted how long the answer is at most
 * @param unknown those of the events to pick from that few have seen, with their scores
 */
export function explore(
  diversifier: Pick<Diversifier, "next" | "mayTake" | "count">,
  from: number,
  wanted: number,
  unknown: readonly Picked[],
  { share, seed }: Exploration,
): Placed[] {
  const arranged: Placed[] = [];
  while (arranged.length < wanted) {
    const place = from + arranged.length + 1;
    const random = createRandom(seed + Math.imul(place, 0x9e3779b1));
    const isToBeSeen = place >= FIRST_PLACE && random() < share;
    const drawn = isToBeSeen ? draw(unknown, diversifier, random()) : undefined;
    if (drawn !== undefined) diversifier.count(drawn.event);
    const next = drawn === undefined ? diversifier.next() : { ...drawn, isExplored: true as const };
    if (next === undefined) break;
    arranged.push(next);
  }
  return arranged;
}

/** One of these that may be taken, with chances in proportion to their scores; any of them where all scores are 0. */
function draw(
  unknown: readonly Picked[],
  diversifier: Pick<Diversifier, "mayTake">,
  random: number,
): Picked | undefined {
  const open = unknown.filter(({ event }) => diversifier.mayTake(event));
  const total = open.reduce((sum, { score }) => sum + score, 0);
  // Where all scores are 0, each of them stands for 1.
  let left = random * (total === 0 ? open.length : total);
  for (const one of open) {
    left -= total === 0 ? 1 : one.score;
    if (left < 0) return one;
  }
  return undefined;
}
