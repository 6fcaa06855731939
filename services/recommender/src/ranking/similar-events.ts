import { TopK } from "@craic/numerics/top-k.js";
import type { Feature, FeatureKind } from "../catalogue/event-features.js";
import { featureKinds } from "../catalogue/event-features.js";
import type { LiveState } from "./live-state.js";
import type { Rarities } from "./rarities.js";
import { inScope } from "./scope.js";

/** What makes events resemble each other; that both are on a Friday evening does not. */
const RESEMBLING: ReadonlySet<FeatureKind> = new Set(["genre", "artist", "venue", "organiser"]);
const resembles = featureKinds.map((kind) => RESEMBLING.has(kind));

const MOST_REASONS = 3;

/** Something that two events share, and how much of their similarity that is. */
export interface SharedFeature {
  readonly feature: Feature;
  readonly contribution: number;
}

export interface SimilarEvent {
  readonly event: number;
  /** 0 to 1. */
  readonly similarity: number;
  readonly shared: readonly SharedFeature[];
}

/**
 * Events ahead in a city that resemble one event, the most similar first: the cosine of their feature vectors,
 * each feature weighted by its rarity ρ,
 *
 *     sim(a, b) = Σ_{f in a and b} ρ_f² / ( √(Σ_{f in a} ρ_f²) · √(Σ_{f in b} ρ_f²) ).
 *
 * The event itself, what the user has hidden, and what has nothing in common with it are left out.
 *
 * @param user −1 for nobody in particular
 * @param cityId "" for the event's own city
 */
export function similarEvents(
  state: LiveState,
  rarities: Rarities,
  to: number,
  user: number,
  cityId: string,
  limit: number,
  nowMs: number,
): SimilarEvent[] {
  const { catalogue, behaviour } = state;
  const city = cityId === "" ? catalogue.cityIdOf(to) : cityId;
  const squared = rarities.current().map((rarity) => rarity ** 2);
  const own = new Set(resemblingFeatures(state, to));
  const norm = squaredNorm(own, squared);
  const isInScope = inScope(
    catalogue,
    { cityId: city, endingAfterMs: nowMs, startingBeforeMs: Number.POSITIVE_INFINITY },
    nowMs,
  );
  const top = new TopK(limit);
  const ahead = catalogue.aheadIn(city, nowMs);
  ahead.forEach((event, place) => {
    if (event === to || !isInScope(event) || behaviour.isHiddenAt(behaviour.find(user, event))) return;
    const features = resemblingFeatures(state, event);
    const shared = squaredNorm(
      features.filter((f) => own.has(f)),
      squared,
    );
    // Of equally similar ones the soonest: the list is in order of start.
    if (shared > 0) top.offer(place, shared / Math.sqrt(norm * squaredNorm(features, squared)));
  });
  const { ids, scores } = top.take();
  return Array.from(ids, (place, i) => {
    const event = ahead[place]!;
    const shared = resemblingFeatures(state, event).filter((f) => own.has(f));
    const total = squaredNorm(shared, squared);
    shared.sort((a, b) => squared[b]! - squared[a]!);
    return {
      event,
      similarity: Math.min(1, scores[i]!),
      shared: shared.slice(0, MOST_REASONS).map((f) => ({
        feature: catalogue.features.featureAt(f),
        contribution: squared[f]! / total,
      })),
    };
  });
}

function resemblingFeatures({ catalogue }: LiveState, event: number): number[] {
  const { offsets, lengths, columns } = catalogue.featuresOf;
  const { kindOf } = catalogue.features;
  const begin = offsets[event]!;
  const features: number[] = [];
  for (let slot = begin; slot < begin + lengths[event]!; slot++) {
    const feature = columns.feature[slot]!;
    if (resembles[kindOf[feature]!]) features.push(feature);
  }
  return features;
}

function squaredNorm(features: Iterable<number>, squared: Float32Array): number {
  let sum = 0;
  for (const feature of features) sum += squared[feature]!;
  return sum;
}
