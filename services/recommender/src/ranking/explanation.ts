import { type Feature, type FeatureKind, featureKinds } from "../catalogue/event-features.js";
import type { LiveState } from "./live-state.js";
import type { Scoring, Speaker, Summands } from "./scoring.js";
import type { Taste } from "./taste.js";

export const reasonKinds = [
  "popular",
  "similarPeople",
  "genre",
  "artist",
  "venue",
  "organiser",
  "preferredGenre",
  "preferredArtist",
  "soon",
  "relatedTaste",
  "new",
] as const;
export type ReasonKind = (typeof reasonKinds)[number];

/** Why an event is recommended, before it is put into words. */
export interface Reason {
  readonly kind: ReasonKind;
  /** Share of the score, 0 to 1. */
  readonly contribution: number;
  /** What the reason is about, the weightiest first; empty when it is about the event itself. */
  readonly about: readonly Feature[];
  /** Events of the person's own that the reason rests on, the most recently liked first. */
  readonly evidence: readonly number[];
  /** How many of the person's own events it rests on in all, and how many of those they saved. */
  readonly liked: number;
  readonly saved: number;
  /** How many people it speaks of, and how many of those saved the event; 0 when it does not speak of people. */
  readonly people: number;
  readonly peopleSaved: number;
}

const MOST_REASONS = 3;
/** What makes up less of a score than this is not worth a sentence, unless there is nothing else. */
const SMALLEST_SHARE = 0.1;
/** What the person likes or asked for comes first from this share on: it tells them more than what many like. */
const TELLING_SHARE = 0.15;
const PERSONAL: ReadonlySet<ReasonKind> = new Set([
  "genre",
  "artist",
  "venue",
  "organiser",
  "preferredGenre",
  "preferredArtist",
]);
const MOST_EVIDENCE = 3;
/** How many people's likes are looked through for what the person shares with them. */
const MOST_COMPANY = 5;

/** What adds to a score: a summand, by what it is about. */
interface Part {
  /** Number of the feature; −1 where it is about the event itself. */
  readonly feature: number;
  /** Part of the score, ≥ 0, before dislikes and weariness take their share of the whole. */
  readonly amount: number;
}

/** Summands of the score that make one reason together, the largest first. */
interface Group {
  readonly kind: ReasonKind;
  readonly amount: number;
  readonly parts: Part[];
}

/** Why an event stands where it does that its score did not put there. */
export const reasonForNew: Reason = {
  kind: "new",
  contribution: 0,
  about: [],
  evidence: [],
  liked: 0,
  saved: 0,
  people: 0,
  peopleSaved: 0,
};

/** Says why an event has its score: from the very summands of the score that `scoring` has begun. */
export function explain(state: LiveState, scoring: Scoring, event: number): Reason[] {
  const { groups, total } = tellingGroups(state, scoring, event);
  return groups.map((group) => ({
    kind: group.kind,
    contribution: total === 0 ? 0 : group.amount / total,
    about: aboutOf(state, group),
    ...groundsOf(state, scoring, group, event),
  }));
}

/**
 * The few groups worth a sentence, and the sum of all. The weightiest come first, what is the person's own before
 * the rest where it tells enough. Most summands are in none of them, so sums come first and only then are parts
 * gathered: a page has a thousand summands and more.
 */
function tellingGroups(
  { catalogue }: LiveState,
  scoring: Scoring,
  event: number,
): { groups: Group[]; total: number } {
  const { kindOf } = catalogue.features;
  const summands = scoring.summandsOf(event);
  const sums = new Float64Array(reasonKinds.length);
  let total = 0;
  for (let i = 0; i < summands.count; i++) {
    total += summands.amounts[i]!;
    const reason = reasonOfSummand(summands, i, kindOf);
    if (reason >= 0) sums[reason]! += summands.amounts[i]!;
  }
  const groups: Group[] = [];
  while (groups.length < MOST_REASONS) {
    const reason = largest(sums);
    const amount = sums[reason]!;
    if (groups.length > 0 && (amount === 0 || amount < SMALLEST_SHARE * total)) break;
    sums[reason] = 0;
    const kind = amount === 0 ? "soon" : reasonKinds[reason]!;
    // That it is soon is what to say when there is nothing better.
    if (groups.length === 0 || kind !== "soon") groups.push({ kind, amount, parts: [] });
  }
  for (let i = 0; i < summands.count; i++) {
    const kind = reasonKinds[reasonOfSummand(summands, i, kindOf)];
    for (const group of groups) {
      if (group.kind === kind)
        group.parts.push({ feature: summands.features[i]!, amount: summands.amounts[i]! });
    }
  }
  for (const { parts } of groups) parts.sort((a, b) => b.amount - a.amount);
  const isTelling = ({ kind, amount }: Group) => PERSONAL.has(kind) && amount >= TELLING_SHARE * total;
  return { groups: [...groups.filter(isTelling), ...groups.filter((group) => !isTelling(group))], total };
}

function reasonOfSummand({ from, features }: Summands, i: number, kindOf: Uint8Array): number {
  const feature = features[i]!;
  return reasonOf[from[i]!][feature < 0 ? EVENT_ITSELF : kindOf[feature]!]!;
}

function largest(amounts: Float64Array): number {
  let place = 0;
  for (let i = 1; i < amounts.length; i++) if (amounts[i]! > amounts[place]!) place = i;
  return place;
}

/** Stands for "about the event itself" where the kind of a feature would stand. */
const EVENT_ITSELF = featureKinds.length;

/** The place in reasonKinds by speaker and kind of feature; −1 where there are no words: a weekday, an hour, a price. */
const reasonOf: Readonly<Record<Speaker, Int8Array>> = {
  own: reasonsBy((kind) =>
    kind === "genre" || kind === "artist" || kind === "venue" || kind === "organiser" ? kind : undefined,
  ),
  preferred: reasonsBy((kind) => {
    if (kind === "genre") return "preferredGenre";
    return kind === "artist" ? "preferredArtist" : undefined;
  }),
  neighbours: reasonsBy(() => "similarPeople"),
  crowd: reasonsBy(() => "popular"),
  vectors: reasonsBy(() => "relatedTaste"),
  soon: reasonsBy(() => "soon"),
};

function reasonsBy(reason: (kind: FeatureKind | undefined) => ReasonKind | undefined): Int8Array {
  return Int8Array.from([...featureKinds, undefined], (kind) => {
    const name = reason(kind);
    return name === undefined ? -1 : reasonKinds.indexOf(name);
  });
}

/** The features that a reason is about, down to those half as weighty as the first; none if that is the event itself. */
function aboutOf({ catalogue }: LiveState, { parts }: Group): Feature[] {
  const [first] = parts;
  if (first === undefined || first.feature < 0) return [];
  const weighty = parts.filter(({ feature, amount }) => feature >= 0 && 2 * amount >= first.amount);
  return weighty.map(({ feature }) => catalogue.features.featureAt(feature));
}

type Grounds = Pick<Reason, "evidence" | "liked" | "saved" | "people" | "peopleSaved">;
const noGrounds: Grounds = { evidence: [], liked: 0, saved: 0, people: 0, peopleSaved: 0 };

function groundsOf(state: LiveState, scoring: Scoring, { kind, parts }: Group, event: number): Grounds {
  const { taste } = scoring;
  switch (kind) {
    case "genre":
    case "artist":
    case "venue":
    case "organiser":
      return ownGrounds(state, taste, (liked) => liked !== event && hasAnyFeature(state, liked, parts));
    case "similarPeople":
      return sharedGrounds(state, taste, event);
    case "popular":
    case "preferredGenre":
    case "preferredArtist":
    case "relatedTaste":
      return relatedGrounds(state, scoring, parts, event);
    case "soon":
    case "new":
      return noGrounds;
  }
}

/**
 * The people like the person who like the event, and what the person and the nearest of those both like; of
 * the nearest people of all when none of them likes the event itself.
 */
function sharedGrounds(state: LiveState, taste: Taste, event: number): Grounds {
  const { behaviour } = state;
  const { rows } = taste.people;
  const likers = taste.likersAmongPeople(event);
  let peopleSaved = 0;
  for (const user of likers) if (behaviour.isSavedAt(behaviour.find(user, event))) peopleSaved++;
  const company = likers.length > 0 ? likers : rows;
  const isTheirs = taste.likesOfAny(company.subarray(0, MOST_COMPANY));
  const own = ownGrounds(state, taste, (liked) => liked !== event && isTheirs(liked));
  return { ...own, people: likers.length, peopleSaved };
}

/**
 * Those of the person's likes that say at least as much for what the reason is about as they do on average: without
 * one of these, what is left says less, for the mean over n likes and c of nothing falls.
 */
function relatedGrounds(
  state: LiveState,
  { taste, vectors }: Scoring,
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
  return ownGrounds(
    state,
    taste,
    (other, place) => other !== event && said[place]! > 0 && said[place]! * count >= total,
  );
}

/** Those of the person's likes that pass. */
function ownGrounds(
  { behaviour }: LiveState,
  taste: Taste,
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
    if (evidence.length < MOST_EVIDENCE) evidence.push(event);
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
