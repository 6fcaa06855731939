import { type FeatureKind, featureKinds } from "../catalogue/event-features.js";

/**
 * Whose taste speaks for an event: the person's own, that of people like them, everybody's, or, by the learned vectors
 * of features, what people like who like what the person likes.
 */
export const voices = ["own", "neighbours", "crowd", "vectors"] as const;
export type Voice = (typeof voices)[number];

/**
 * The terms that are not about a feature alone. Those of what the people like who like an event that the person likes,
 * and of what is near, are the youngest and so the last: a model names its terms, see weights-part.ts.
 */
const eventTerms = ["neighbours.event", "crowd.event", "soon", "neighbours.together", "own.near"] as const;

/** A term of the score, for example "own.venue": the person's own taste for the event's venue. */
export type TermName = `${Voice}.${FeatureKind}` | (typeof eventTerms)[number];

/**
 * The terms that a score is the weighted sum of, in the order in which their weights are kept: each voice's
 * taste for each kind of feature, then those of `eventTerms`.
 */
export const termNames: readonly TermName[] = [
  ...voices.flatMap((voice) => featureKinds.map((kind): TermName => `${voice}.${kind}`)),
  ...eventTerms,
];

export function termNumber(name: TermName): number {
  return termNames.indexOf(name);
}

/** Number of the first term of a voice; that of kind k follows k places behind. */
export function firstTermOf(voice: Voice): number {
  return voices.indexOf(voice) * featureKinds.length;
}

export const NEIGHBOURS_EVENT = termNumber("neighbours.event");
export const CROWD_EVENT = termNumber("crowd.event");
export const SOON = termNumber("soon");
export const TOGETHER = termNumber("neighbours.together");
export const NEAR = termNumber("own.near");
