import type { LiveState } from "./live-state.js";
import type { Scoring } from "./scoring.js";
import type { Speaker, Summands } from "./summands.js";
import type { Taste } from "./taste.js";

const MOST_EVIDENCE = 3;
/** So many of the newest likes that a reason speaks of are looked at for evidence: people have a thousand. */
const LOOKED_AT = 32;
/** How many people's likes are looked through for what the person shares with them. */
const MOST_COMPANY = 5;

/** What adds to a score: a summand, by what it is about. */
export interface Part {
  /** Number of the feature; −1 where it is about the event itself. */
  readonly feature: number;
  /** Part of the score, ≥ 0, before dislikes and weariness take their share of the whole. */
  readonly amount: number;
}

/** What a reason rests on. */
export interface Grounds {
  /** Events of the person's own, the most recently liked first. */
  readonly evidence: readonly number[];
  /** How many of the person's own events it rests on in all, and how many of those they saved. */
  readonly liked: number;
  readonly saved: number;
  /** How many people it speaks of, and how many of those saved the event; 0 when it does not speak of people. */
  readonly people: number;
  readonly peopleSaved: number;
}

export const noGrounds: Grounds = { evidence: [], liked: 0, saved: 0, people: 0, peopleSaved: 0 };

/** Whether the like at a place of likedEventsNewestFirst holds an event up. */
export type Holds = (place: number) => boolean;

/**
 * Which of the person's likes hold an event up. What its score has of likes is a mean over all of them (see taste.ts):
 * without like i, whose part is own_i, what the others say is divided among fewer,
 *
 *     left = (said − own_i pull_i + related without i) / (1 − own_i)
 *
 * (pull_i is defined in scoring.ts, related is what the learned vectors say) so that a like which says less for the event than the rest do takes from its score, whatever the two have in common.
 * Such a one is no evidence. What people like the person say is taken as it is.
 */
export function holdersOf(scoring: Scoring, event: number, { count, from, amounts }: Summands): Holds {
  const { taste } = scoring;
  const liked = taste.likedEventsNewestFirst();
  let related = 0;
  let said = 0;
  for (let i = 0; i < count; i++) {
    if (from[i] === "vectors") related += amounts[i]!;
    else if (ofLikes.has(from[i]!)) said += amounts[i]!;
  }
  return (place) => {
    const like = liked[place]!;
    const own = taste.ownLikings.values[like]!;
    const left = said - own * scoring.pullOf(event, like) + scoring.relatedWithout(event, like);
    return left <= (1 - own) * (said + related);
  };
}

/** Who speaks of the person's likes, or of what they asked for, which counts the less the more they like. */
const ofLikes: ReadonlySet<Speaker> = new Set(["own", "preferred", "together", "near"]);

/** Those of the person's likes that have any of the features that the reason is about. */
export function featureGrounds(
  state: LiveState,
  { taste }: Scoring,
  holds: Holds,
  parts: readonly Part[],
  event: number,
): Grounds {
  return ownGrounds(state, taste, holds, (liked) => liked !== event && hasAnyFeature(state, liked, parts));
}

/**
 * The people like the person who like the event, and what the person and the nearest of those both like; of
 * the nearest people of all when none of them likes the event itself.
 */
export function sharedGrounds(state: LiveState, { taste }: Scoring, holds: Holds, event: number): Grounds {
  const { behaviour } = state;
  const { rows } = taste.people;
  const likers = taste.likersAmongPeople(event);
  let peopleSaved = 0;
  for (const user of likers) if (behaviour.isSavedAt(behaviour.find(user, event))) peopleSaved++;
  const company = likers.length > 0 ? likers : rows;
  const isTheirs = taste.likesOfAny(company.subarray(0, MOST_COMPANY));
  const own = ownGrounds(state, taste, holds, (liked) => liked !== event && isTheirs(liked));
  return { ...own, people: likers.length, peopleSaved };
}

/** Those of the person's likes that say at least as much for what the reason is about as they do on average. */
export function relatedGrounds(
  state: LiveState,
  { taste, vectors }: Scoring,
  holds: Holds,
  parts: readonly Part[],
  event: number,
): Grounds {
  const liked = taste.likedEventsNewestFirst();
  const said = vectors.saysEach(liked, vectors.directionOf(parts));
  let total = 0;
  let count = 0;
  for (let i = 0; i < liked.length; i++) {
    if (liked[i] === event) continue;
    total += said[i]!;
    count++;
  }
  const isTelling = (place: number) => said[place]! > 0 && said[place]! * count >= total;
  return ownGrounds(state, taste, holds, (other, place) => other !== event && isTelling(place));
}

/** Those of the person's likes that are more like the event, by who likes both, than they are on average. */
export function togetherGrounds(
  state: LiveState,
  { taste, company }: Scoring,
  holds: Holds,
  event: number,
): Grounds {
  const average = company.of(event);
  const telling = new Set<number>();
  company.eachSimilarity(event, (like, similarity) => {
    if (similarity > average) telling.add(like);
  });
  return ownGrounds(state, taste, holds, (liked) => telling.has(liked));
}

/** Those of the person's likes that were nearer to the venue than they are on average. */
export function nearGrounds(
  state: LiveState,
  scoring: Scoring,
  holds: Holds,
  venue: number,
  event: number,
): Grounds {
  const { taste, places } = scoring;
  const nearness = places.nearnessTo(venue, taste.likedEventsNewestFirst());
  const average = scoring.near(venue, taste.ownLikings.values[event]!);
  return ownGrounds(state, taste, holds, (liked, place) => liked !== event && nearness(place) > average);
}

/** Those of the person's likes that pass; the evidence are those of them that hold the event up. */
function ownGrounds(
  { behaviour }: LiveState,
  taste: Taste,
  holds: Holds,
  passes: (liked: number, place: number) => boolean,
): Grounds {
  const evidence: number[] = [];
  let liked = 0;
  let saved = 0;
  const slots = taste.likedNewestFirst();
  const events = taste.likedEventsNewestFirst();
  for (let i = 0; i < slots.length; i++) {
    const event = events[i]!;
    if (!passes(event, i)) continue;
    liked++;
    if (behaviour.isSavedAt(slots[i]!)) saved++;
    if (liked <= LOOKED_AT && evidence.length < MOST_EVIDENCE && holds(i)) evidence.push(event);
  }
  return { ...noGrounds, evidence, liked, saved };
}

function hasAnyFeature({ catalogue }: LiveState, event: number, wanted: readonly Part[]): boolean {
  const { offsets, lengths, columns } = catalogue.featuresOf;
  const end = offsets[event]! + lengths[event]!;
  for (let slot = offsets[event]!; slot < end; slot++) {
    for (let i = 0; i < wanted.length; i++) if (columns.feature[slot] === wanted[i]!.feature) return true;
  }
  return false;
}
