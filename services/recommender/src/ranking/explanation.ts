import { type Feature, type FeatureKind, featureKinds } from "../catalogue/event-features.js";
import {
  featureGrounds,
  type Grounds,
  type Holds,
  holdersOf,
  nearGrounds,
  noGrounds,
  type Part,
  relatedGrounds,
  sharedGrounds,
  togetherGrounds,
} from "./grounds.js";
import type { LiveState } from "./live-state.js";
import type { Scoring } from "./scoring.js";
import type { Speaker, Summands } from "./summands.js";

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
  "together",
  "near",
] as const;
export type ReasonKind = (typeof reasonKinds)[number];

/** Why an event is recommended, before it is put into words. */
export interface Reason extends Grounds {
  readonly kind: ReasonKind;
  /** Share of the score, 0 to 1. */
  readonly contribution: number;
  /** What the reason is about, the weightiest first; empty when it is about the event itself. */
  readonly about: readonly Feature[];
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
  "near",
]);

/** What speaks of the person's likes, and so is said only where one of them, or somebody like them, holds the event up. */
const OF_LIKES: ReadonlySet<ReasonKind> = new Set([
  "genre",
  "artist",
  "venue",
  "organiser",
  "near",
  "similarPeople",
  "relatedTaste",
  "together",
]);

/** Why an event stands where it does that its score did not put there. */
export const reasonForNew: Reason = { kind: "new", contribution: 0, about: [], ...noGrounds };

/**
 * Says why an event has its score: from the very summands of the score that `scoring` has begun. The weightiest come
 * first, what is the person's own before the rest where it tells enough.
 */
export function explain(state: LiveState, scoring: Scoring, event: number): Reason[] {
  const { kindOf } = state.catalogue.features;
  const summands = scoring.summandsOf(event);
  const holds = holdersOf(scoring, event, summands);
  const total = addUp(summands, kindOf);
  const reasons: Reason[] = [];
  while (reasons.length < MOST_REASONS) {
    const place = largest(sums);
    const amount = sums[place]!;
    if (amount === 0 || (reasons.length > 0 && amount < SMALLEST_SHARE * total)) break;
    sums[place] = 0;
    const kind = reasonKinds[place]!;
    // That it is soon is what to say when there is nothing better.
    if (kind === "soon" && reasons.length > 0) continue;
    const parts = partsOf(summands, place, kindOf);
    const grounds = groundsOf(state, scoring, holds, kind, parts, event);
    if (OF_LIKES.has(kind) && grounds.evidence.length === 0 && grounds.people === 0) continue;
    reasons.push({ kind, contribution: amount / total, about: aboutOf(state, parts), ...grounds });
  }
  if (reasons.length === 0) return [{ kind: "soon", contribution: 0, about: [], ...noGrounds }];
  const isTelling = ({ kind, contribution }: Reason) => PERSONAL.has(kind) && contribution >= TELLING_SHARE;
  return [...reasons.filter(isTelling), ...reasons.filter((reason) => !isTelling(reason))];
}

/** By place in reasonKinds; scratch of explain(). */
const sums = new Float64Array(reasonKinds.length);

/** Adds up what each kind of reason stands for; returns the sum of all, those included that there are no words for. */
function addUp(summands: Summands, kindOf: Uint8Array): number {
  sums.fill(0);
  let total = 0;
  for (let i = 0; i < summands.count; i++) {
    total += summands.amounts[i]!;
    const reason = reasonOfSummand(summands, i, kindOf);
    if (reason >= 0) sums[reason]! += summands.amounts[i]!;
  }
  return total;
}

/** The summands that make one reason together, the largest first. */
function partsOf(summands: Summands, reason: number, kindOf: Uint8Array): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < summands.count; i++) {
    if (reasonOfSummand(summands, i, kindOf) !== reason) continue;
    parts.push({ feature: summands.features[i]!, amount: summands.amounts[i]! });
  }
  return parts.sort((a, b) => b.amount - a.amount);
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
  together: reasonsBy(() => "together"),
  near: reasonsBy(() => "near"),
  soon: reasonsBy(() => "soon"),
};

function reasonsBy(reason: (kind: FeatureKind | undefined) => ReasonKind | undefined): Int8Array {
  return Int8Array.from([...featureKinds, undefined], (kind) => {
    const name = reason(kind);
    return name === undefined ? -1 : reasonKinds.indexOf(name);
  });
}

/** The features that a reason is about, down to those half as weighty as the first; none if that is the event itself. */
function aboutOf({ catalogue }: LiveState, parts: readonly Part[]): Feature[] {
  const [first] = parts;
  if (first === undefined || first.feature < 0) return [];
  const weighty = parts.filter(({ feature, amount }) => feature >= 0 && 2 * amount >= first.amount);
  return weighty.map(({ feature }) => catalogue.features.featureAt(feature));
}

function groundsOf(
  state: LiveState,
  scoring: Scoring,
  holds: Holds,
  kind: ReasonKind,
  parts: readonly Part[],
  event: number,
): Grounds {
  switch (kind) {
    case "genre":
    case "artist":
    case "venue":
    case "organiser":
      return featureGrounds(state, scoring, holds, parts, event);
    case "similarPeople":
      return sharedGrounds(state, scoring, holds, event);
    case "relatedTaste":
      return relatedGrounds(state, scoring, holds, parts, event);
    case "together":
      return togetherGrounds(state, scoring, holds, event);
    case "near":
      return nearGrounds(state, scoring, holds, parts[0]!.feature, event);
    case "popular":
    case "preferredGenre":
    case "preferredArtist":
    case "soon":
    case "new":
      return noGrounds;
  }
}
