import { termNames } from "../ranking/terms.js";

/**
 * What is watched for drift: each term of the score and the score itself, over the events that a list begins
 * with, and for each list how many events the person likes.
 */
export const driftFeatures: readonly string[] = [...termNames, "score", "likes"];

const SCORE = driftFeatures.indexOf("score");
const LIKES = driftFeatures.indexOf("likes");

/** How many events of a list are looked at: what nearly everybody sees. */
export const DRIFT_ITEMS = 20;

/** A list that was just ranked. */
export interface WatchedList {
  /** Events that the person likes. */
  readonly likes: number;
  readonly picks: readonly { readonly event: number; readonly score: number }[];
  /** What each term of termNames is for an event, before the weights. */
  termsOf(event: number, into: Float64Array): void;
}

const terms = new Float64Array(termNames.length);

/** Hands over every number of a list that is watched. @param add takes a place in driftFeatures and the number */
export function eachDriftValue(list: WatchedList, add: (feature: number, value: number) => void): void {
  add(LIKES, list.likes);
  for (const { event, score } of list.picks.slice(0, DRIFT_ITEMS)) {
    add(SCORE, score);
    list.termsOf(event, terms);
    for (let term = 0; term < terms.length; term++) add(term, terms[term]!);
  }
}
