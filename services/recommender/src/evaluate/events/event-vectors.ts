import { csrFromTriplets } from "@craic/numerics/csr.js";
import { trainImplicitAls } from "@craic/numerics/implicit-als.js";
import type { Interactions } from "../data-set.js";
import type { EventTraits } from "./event-traits.js";

const FACTORS = 64;
const OBJECTIVE = { regularisation: 0.007, unobservedWeight: 0.1, frequencyScaling: 1 } as const;
const ITERATIONS = 10;

/**
 * Vectors of events that nobody has been to, made of learned vectors of their traits: an event's is the direction of
 * the sum of its traits' vectors. Traits have those that a matrix factorisation of people × traits finds, so that
 * towns, organisers, series and words that the same people go to point the same way.
 */
export class EventVectors {
  /** Events × dimension, row-major; of length 1, or 0 where nothing is known of an event. */
  private readonly vectors: Float32Array;

  /** @param traitVectors traits × dimension, row-major */
  constructor(
    traits: EventTraits,
    traitVectors: Float32Array,
    readonly dimension: number,
  ) {
    this.vectors = new Float32Array(traits.of.length * dimension);
    for (const [event, list] of traits.of.entries()) {
      const vector = this.of(event);
      for (const trait of list) {
        for (let f = 0; f < dimension; f++) vector[f]! += traitVectors[trait * dimension + f]!;
      }
      const length = Math.hypot(...vector);
      if (length > 0) for (let f = 0; f < dimension; f++) vector[f]! /= length;
    }
  }

  /** A view of the event's vector. */
  of(event: number): Float32Array {
    return this.vectors.subarray(event * this.dimension, (event + 1) * this.dimension);
  }
}

/**
 * Learns vectors of traits from who went where: how often somebody went to an event with a trait is how sure it is
 * that they care for it.
 */
export async function learnEventVectors(
  traits: EventTraits,
  people: number,
  { count, users, items }: Interactions,
  options: { readonly seed: number; readonly threads: number },
): Promise<EventVectors> {
  const times = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    for (const trait of traits.of[items[i]!]!) {
      const pair = users[i]! * traits.size + trait;
      times.set(pair, (times.get(pair) ?? 0) + 1);
    }
  }
  const pairs = [...times.keys()];
  const matrix = csrFromTriplets(
    people,
    Uint32Array.from(pairs, (pair) => Math.floor(pair / traits.size)),
    Uint32Array.from(pairs, (pair) => pair % traits.size),
    pairs.length,
    Float32Array.from(times.values()),
  );
  const { itemFactors } = await trainImplicitAls(matrix, traits.size, {
    factors: FACTORS,
    iterations: ITERATIONS,
    solver: "conjugate-gradient",
    ...OBJECTIVE,
    ...options,
  });
  return new EventVectors(traits, itemFactors, FACTORS);
}
