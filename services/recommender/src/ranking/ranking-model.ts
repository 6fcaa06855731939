import type { ByName } from "../catalogue/name-list.js";
import type { DriftReference } from "../drift/drift-reference.js";
import type { FeatureVectors } from "./feature-vectors.js";
import { type TermName, termNames, termNumber } from "./terms.js";

const DAY_MS = 86_400_000;

/** What ranking can be tuned by. Where they enter is said in taste.ts, crowd.ts, ranker.ts and diversity.ts. */
export interface RankingParameters {
  readonly popularityHalfLifeDays: number;
  /** How fast a person's own likes fade. */
  readonly tasteHalfLifeDays: number;
  /** Likes that weigh as much as knowing nothing: with n likes, behaviour counts n / (n + this). */
  readonly priorLikes: number;
  /** Likes that a stated preference stands for, fewer than priorLikes. */
  readonly preferenceLikes: number;
  /** People to listen to, at most. */
  readonly neighbours: number;
  /** Holds back people with little in common with the person. */
  readonly neighbourShrinkage: number;
  /** How much of the order is given up for variety, 0 to 1; 0 leaves it to the scores. */
  readonly diversity: number;
  /** Share of its score that an event loses on each visit on which the person passes it over. */
  readonly weariness: number;
}

export const defaultParameters: RankingParameters = {
  popularityHalfLifeDays: 14,
  tasteHalfLifeDays: 365,
  priorLikes: 2,
  preferenceLikes: 1.5,
  neighbours: 50,
  neighbourShrinkage: 2,
  diversity: 0.3,
  weariness: 0.1,
};

/** What a score is made with. Immutable. */
export interface RankingModel {
  /** Semantic version; "popularity" where nothing was learned. */
  readonly version: string;
  readonly parameters: RankingParameters;
  /** Weight of each term, ≥ 0, in the order of termNames. */
  readonly weights: Float64Array;
  /** Rarity of features in what the weights were learned from, by their names; see rarities.ts. */
  readonly rarities: ByName<number>;
  /** Learned vectors of features; absent where they were not learned, or did not help. */
  readonly vectors?: FeatureVectors;
  /** What its lists were like when it was tested; absent where that was not kept. */
  readonly drift?: DriftReference;
}

/** The version of the model that has learned nothing. */
export const POPULARITY_VERSION = "popularity";

/** Ranks by what many like, and by date where nobody has liked anything yet. Nothing in it was learned. */
export const popularityModel: RankingModel = {
  version: POPULARITY_VERSION,
  parameters: defaultParameters,
  weights: weightsOf({
    "crowd.event": 1,
    "crowd.artist": 0.5,
    "crowd.venue": 0.5,
    "crowd.organiser": 0.5,
    "crowd.genre": 0.3,
    soon: 0.3,
  }),
  rarities: new Map(),
};

/** Weights by name, 0 for those left out. */
export function weightsOf(byName: Partial<Record<TermName, number>>): Float64Array {
  const weights = new Float64Array(termNames.length);
  for (const name of termNames) weights[termNumber(name)] = byName[name] ?? 0;
  return weights;
}

export function daysToMs(days: number): number {
  return days * DAY_MS;
}
