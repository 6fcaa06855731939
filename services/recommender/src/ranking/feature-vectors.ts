import type { Accumulator } from "@craic/numerics/accumulator.js";
import { withLength } from "@craic/numerics/typed-array.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { featureName } from "../catalogue/feature-table.js";
import type { ByName } from "../catalogue/name-list.js";

/** Names looked up in a piece of work: some half a millisecond. */
const LOOKED_UP = 1_000;

/** Learned vectors of features: how far liking one speaks for liking another; see vector-learning.ts. */
export interface FeatureVectors {
  /** k, numbers of a vector. */
  readonly factors: number;
  readonly byName: ByName<Float32Array>;
}

/**
 * A person's taste for every feature, by what everybody's likes have taught: with z the features' vectors,
 *
 *     u = Σ_f own(f) ρ_f z_f      related(f) = max(0, u·z_f)
 *
 * so that an event's vector is made of its features', and an event that nobody has seen has one too. u is linear in
 * what the person likes, as it is now: newest feedback counts at once, and each like's part of it is known.
 *
 * The object is scratch: `read`, use. A feature that the model does not know has no vector, and nothing is related to it.
 */
export class VectorTaste {
  /** By number of the feature; zeros while there are no vectors. */
  related: Float32Array = new Float32Array(0);
  /** Row f has the vector of feature f. */
  private rows = new Float32Array(0);
  /** How many of the features were looked up. */
  private lookedUp = 0;
  /** The features that have a vector: the first `knownCount` of these. */
  private known = new Uint32Array(0);
  private knownCount = 0;
  /** Vectors of events that the person likes, one after the other, and by number of the event: 1 + its place, 0 for none. */
  private eventVectors = new Float64Array(0);
  private placeOf = new Uint32Array(0);
  private placed: number[] = [];
  private readonly factors: number;
  private readonly person: Float64Array;
  private rarity: Float32Array = new Float32Array(0);

  constructor(
    private readonly catalogue: Catalogue,
    private readonly vectors: FeatureVectors | undefined,
  ) {
    this.factors = vectors?.factors ?? 0;
    this.person = new Float64Array(this.factors);
  }

  /** @param own liking of each feature, as in taste.ts @param rarity ρ, by number of the feature */
  read(own: Accumulator, rarity: Float32Array): void {
    const { features } = this.catalogue;
    this.related = withLength(this.related, features.size);
    if (this.vectors === undefined) return;
    if (this.lookedUp < features.size) for (const _ of this.lookUp());
    this.rarity = rarity;
    for (const event of this.placed) this.placeOf[event] = 0;
    this.placed.length = 0;
    this.placeOf = withLength(this.placeOf, this.catalogue.events.size);
    const { factors: k, person, related, rows } = this;
    person.fill(0);
    for (let i = 0; i < own.count; i++) {
      const f = own.touched[i]!;
      const weight = own.values[f]! * rarity[f]!;
      for (let j = 0; j < k; j++) person[j]! += weight * rows[f * k + j]!;
    }
    for (let i = 0; i < this.knownCount; i++) {
      const f = this.known[i]!;
      related[f] = own.count === 0 ? 0 : Math.max(0, this.product(person, 0, f));
    }
  }

  /** Finds in pieces the vectors of features that are new in the catalogue. `read` does what is left. */
  *lookUp(): Generator<void> {
    const { features } = this.catalogue;
    while (this.vectors !== undefined && this.lookedUp < features.size) {
      const end = Math.min(this.lookedUp + LOOKED_UP, features.size);
      this.rows = withLength(this.rows, features.size * this.factors);
      this.known = withLength(this.known, features.size);
      for (let f = this.lookedUp; f < end; f++) {
        const vector = this.vectors.byName.get(featureName(features.featureAt(f)));
        if (vector === undefined) continue;
        this.rows.set(vector, f * this.factors);
        this.known[this.knownCount++] = f;
      }
      this.lookedUp = end;
      yield;
    }
  }

  /** Whether the model has no vectors. */
  get isEmpty(): boolean {
    return this.vectors === undefined;
  }

  /** related(f), had the person not liked an event, whose part in own(f) is `liking`. */
  relatedWithout(event: number, liking: number, feature: number): number {
    return Math.max(0, this.sumOf(feature) - liking * this.says(event, feature));
  }

  /** u·z_f. */
  sumOf(feature: number): number {
    return this.product(this.person, 0, feature);
  }

  /** What liking an event says for a feature: Σ_g ρ_g z_g·z_f over its features g. */
  says(event: number, feature: number): number {
    const at = this.vectorAt(event);
    return this.product(this.eventVectors, at, feature);
  }

  /** Σ_f z_f over these features, for `saysEach`; those of −1 are none. */
  directionOf(parts: readonly { readonly feature: number }[]): Float64Array {
    const { factors: k, rows } = this;
    const direction = new Float64Array(k);
    for (let i = 0; i < parts.length; i++) {
      const at = parts[i]!.feature * k;
      if (at >= 0) for (let j = 0; j < k; j++) direction[j]! += rows[at + j]!;
    }
    return direction;
  }

  /** What liking each of these events says for features together: Σ_g ρ_g z_g·direction over its features g. */
  saysEach(liked: Uint32Array, direction: Float64Array): Float64Array {
    const { factors: k } = this;
    const said = new Float64Array(liked.length);
    if (k === 0) return said;
    for (let i = 0; i < liked.length; i++) {
      const at = this.vectorAt(liked[i]!);
      const vectors = this.eventVectors;
      let sum = 0;
      for (let j = 0; j < k; j++) sum += vectors[at + j]! * direction[j]!;
      said[i] = sum;
    }
    return said;
  }

  /** Where the vector of an event begins. It is made once for a person, who likes the event and is told so by many. */
  private vectorAt(event: number): number {
    const { factors: k, placed, placeOf } = this;
    if (placeOf[event] === 0) {
      placeOf[event] = placed.push(event);
      this.eventVectors = withLength(this.eventVectors, placed.length * k);
      this.eventVectors.fill(0, (placed.length - 1) * k, placed.length * k);
      this.addVectorOf(event, this.eventVectors, (placed.length - 1) * k);
    }
    return (placeOf[event]! - 1) * k;
  }

  /** Adds Σ_g ρ_g z_g over an event's features g to the numbers from `place` on. */
  private addVectorOf(event: number, to: Float64Array, place: number): void {
    const { factors: k, rows, rarity } = this;
    const { offsets, lengths, columns } = this.catalogue.featuresOf;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const g = columns.feature[slot]!;
      const weight = rarity[g]!;
      for (let j = 0; j < k; j++) to[place + j]! += weight * rows[g * k + j]!;
    }
  }

  /**
   * Four sums side by side: each alone would wait for the addition before. Each is declared by itself: taken from one
   * array, V8 makes an object of every sum on the way.
   */
  private product(vectors: Float64Array, from: number, feature: number): number {
    const { factors: k, rows } = this;
    const four = k & ~3;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let at = feature * k;
    let j = 0;
    for (; j < four; j += 4, at += 4) {
      a += vectors[from + j]! * rows[at]!;
      b += vectors[from + j + 1]! * rows[at + 1]!;
      c += vectors[from + j + 2]! * rows[at + 2]!;
      d += vectors[from + j + 3]! * rows[at + 3]!;
    }
    for (; j < k; j++, at++) a += vectors[from + j]! * rows[at]!;
    return a + b + (c + d);
  }
}
