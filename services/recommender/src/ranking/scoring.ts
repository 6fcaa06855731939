import { withLength } from "@craic/numerics/typed-array.js";
import { featureKinds } from "../catalogue/event-features.js";
import type { AheadTable } from "./ahead-table.js";
import { EventTaste } from "./crowd.js";
import type { Diversifier } from "./diversity.js";
import { type FeatureVectors, VectorTaste } from "./feature-vectors.js";
import type { LiveState } from "./live-state.js";
import type { PlaceTaste } from "./place-taste.js";
import { daysToMs, type RankingParameters } from "./ranking-model.js";
import type { Rarities } from "./rarities.js";
import { Summands } from "./summands.js";
import type { Person, Taste } from "./taste.js";
import {
  CROWD_EVENT,
  firstTermOf,
  NEAR,
  NEIGHBOURS_EVENT,
  SOON,
  TOGETHER,
  termNames,
  type Voice,
  voices,
} from "./terms.js";
import type { TogetherTaste } from "./together-taste.js";
import { borrowWorkspace, giveBackWorkspace, type Workspace } from "./workspace.js";

/** An event this far off in time, either way, is half as soon as one that begins now. */
const SOON_MS = daysToMs(7);

/** Passing an event over more often than this makes it sink no further. */
const MOST_VISITS = 5;

const OWN = firstTermOf("own");
const NEIGHBOURS = firstTermOf("neighbours");
const CROWD = firstTermOf("crowd");
const VECTORS = firstTermOf("vectors");
const VENUE = featureKinds.indexOf("venue");

/**
 * Scores events for one person. With x_ef the share of feature f in event e (see catalogue.ts), ρ_f its rarity
 * and k its kind,
 *
 *     score(e) = [ Σ_f x_ef ρ_f ( w_own,k (own(f) + preferred(f)) + w_neighbours,k neighbours(f)
 *                                 + w_crowd,k crowd(f) + w_vectors,k related(f) )
 *                  + w_neighbours,event neighbourEvents(e) + w_neighbours,together together(e)
 *                  + w_own,near near(venue of e) + w_crowd,event crowd(e) + w_soon soon(e) ]
 *                · Π_f (1 − dislike(f)) · (1 − weariness)^min(passedOver(e), 5)
 *
 * The weights w are the model's, the rest is defined in taste.ts, crowd.ts, feature-vectors.ts, together-taste.ts and
 * place-taste.ts; soon(e) = 1/(1 + |days off|/7). Every summand is ≥ 0, so that each is a share of the sum: that share
 * is what a reason claims. An event that the person has opened already is no evidence for itself: own(f), related(f),
 * together(e) and near(v) are without what it adds.
 *
 * `weigh` adds the voices up into one number a feature, which makes a score a sum over the event's features. What is
 * liked together and what is near is read only where it counts.
 * The object is scratch: `begin`, `weigh`, use, `end`.
 */
export class Scoring {
  readonly vectors: VectorTaste;
  /** Between `begin` and `end`. */
  private workspace: Workspace | undefined;
  /** ρ_f · Σ_voices w · taste: what feature f adds to a score for each unit of its share. */
  private pull = new Float64Array(0);
  private rarity: Float32Array = new Float32Array(0);
  private weights: Float64Array = new Float64Array(termNames.length);
  private crowdFeatures: Float32Array = new Float32Array(0);
  private crowdEvents = new EventTaste(new Float64Array(0), 1, 1);
  private nowMs = 0;
  private readonly summands = new Summands();

  constructor(
    private readonly state: LiveState,
    private readonly parameters: RankingParameters,
    private readonly rarities: Rarities,
    vectors?: FeatureVectors,
  ) {
    this.vectors = new VectorTaste(state.catalogue, vectors);
  }

  get taste(): Taste {
    return this.inUse.taste;
  }

  get places(): PlaceTaste {
    return this.inUse.places;
  }

  get company(): TogetherTaste {
    return this.inUse.company;
  }

  /** For who makes a list of the scores. */
  get diversifier(): Diversifier {
    return this.inUse.diversifier;
  }

  begin(person: Person, nowMs: number): void {
    const { parameters } = this;
    this.workspace ??= borrowWorkspace(this.state);
    this.nowMs = nowMs;
    this.taste.read(person, parameters, nowMs);
    const crowd = this.state.crowd(daysToMs(parameters.popularityHalfLifeDays), nowMs);
    this.crowdFeatures = crowd.featureTastes(nowMs);
    this.crowdEvents = crowd.eventTaste(nowMs);
    this.rarity = this.rarities.current();
    this.vectors.read(this.taste.own, this.rarity);
  }

  /** Says how loud each term is. To be called after `begin`. @param weights the model's, or with some of them zero */
  weigh(weights: Float64Array): void {
    this.weights = weights;
    if (weights[NEAR]! > 0) this.places.read(this.taste.own);
    if (weights[TOGETHER]! > 0) this.company.read(this.taste, this.nowMs);
    this.addVoicesUp();
  }

  end(): void {
    if (this.workspace !== undefined) giveBackWorkspace(this.state, this.workspace);
    this.workspace = undefined;
  }

  scoreOf(event: number): number {
    const { offsets, lengths, columns } = this.state.catalogue.featuresOf;
    const { feature, share } = columns;
    const { pull } = this;
    const end = offsets[event]! + lengths[event]!;
    let sum = 0;
    if (this.taste.ownLikings.values[event]! > 0) sum = this.sumOfContributions(event);
    else {
      sum = this.ofEventItself(event);
      for (let slot = offsets[event]!; slot < end; slot++) sum += share[slot]! * pull[feature[slot]!]!;
    }
    const dislike = this.taste.dislike.values;
    if (this.taste.dislike.count > 0) {
      for (let slot = offsets[event]!; slot < end; slot++) sum *= 1 - dislike[feature[slot]!]!;
    }
    const visits = this.taste.passedOver.values[event]!;
    return visits === 0 ? sum : sum * (1 - this.parameters.weariness) ** Math.min(visits, MOST_VISITS);
  }

  /** scoreOf each event of a table. @param scores has room for as many */
  scoreEach(table: AheadTable, scores: Float64Array): void {
    const { events, offsets, features, shares, count } = table;
    const { pull } = this;
    const { likesOf, growth, typical } = this.crowdEvents;
    const { isSingular } = this.taste;
    const ofCrowd = this.weights[CROWD_EVENT]!;
    const ofSoon = this.weights[SOON]!;
    const ofTogether = this.weights[TOGETHER]!;
    const together = this.company.together.values;
    const dislike = this.taste.dislike.values;
    const hasDislikes = this.taste.dislike.count > 0;
    for (let i = 0; i < count; i++) {
      const event = events[i]!;
      if (isSingular[event] === 1) {
        scores[i] = this.scoreOf(event);
        continue;
      }
      const end = offsets[i + 1]!;
      let sum = 0;
      if (ofCrowd > 0) {
        // EventTaste's of(), which would make an object of each answer.
        const likes = event < likesOf.length ? growth * likesOf[event]! : 0;
        sum += ofCrowd * (likes / (likes + typical));
      }
      if (ofSoon > 0) sum += ofSoon * soonness(table.startMs[i]!, this.nowMs);
      if (ofTogether > 0) sum += ofTogether * together[event]!;
      for (let p = offsets[i]!; p < end; p++) sum += shares[p]! * pull[features[p]!]!;
      if (hasDislikes) for (let p = offsets[i]!; p < end; p++) sum *= 1 - dislike[features[p]!]!;
      scores[i] = sum;
    }
  }

  /** What each term of termNames is for an event, before the weights; `into` has that many numbers. */
  termsOf(event: number, into: Float32Array | Float64Array): void {
    const { offsets, lengths, columns } = this.state.catalogue.featuresOf;
    const { kindOf } = this.state.catalogue.features;
    const { own, preferred, neighbours, neighbourEvents } = this.taste;
    const itself = this.taste.ownLikings.values[event]!;
    this.places.read(this.taste.own);
    this.company.read(this.taste, this.nowMs);
    into.fill(0);
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const f = columns.feature[slot]!;
      const kind = kindOf[f]!;
      const weight = columns.share[slot]! * this.rarity[f]!;
      into[OWN + kind]! += weight * (Math.max(0, own.values[f]! - itself) + preferred.values[f]!);
      into[NEIGHBOURS + kind]! += weight * neighbours.values[f]!;
      into[CROWD + kind]! += weight * this.crowdFeatures[f]!;
      into[VECTORS + kind]! += weight * this.related(event, itself, f);
      if (kind === VENUE) into[NEAR] = this.near(f, itself);
    }
    into[NEIGHBOURS_EVENT] = neighbourEvents.values[event]!;
    into[TOGETHER] = this.company.of(event);
    into[CROWD_EVENT] = this.crowdEvents.of(event);
    into[SOON] = this.soon(event);
  }

  /** The summands of an event's score that are not zero; they hold until this or scoreOf is asked again. */
  summandsOf(event: number): Summands {
    const { offsets, lengths, columns } = this.state.catalogue.featuresOf;
    const { kindOf } = this.state.catalogue.features;
    const { own, preferred, neighbours, neighbourEvents } = this.taste;
    const itself = this.taste.ownLikings.values[event]!;
    const { weights, summands } = this;
    summands.count = 0;
    summands.add("neighbours", -1, weights[NEIGHBOURS_EVENT]! * neighbourEvents.values[event]!);
    if (weights[TOGETHER]! > 0) summands.add("together", -1, weights[TOGETHER]! * this.company.of(event));
    summands.add("crowd", -1, weights[CROWD_EVENT]! * this.crowdEvents.of(event));
    summands.add("soon", -1, weights[SOON]! * this.soon(event));
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const f = columns.feature[slot]!;
      const kind = kindOf[f]!;
      const weight = columns.share[slot]! * this.rarity[f]!;
      summands.add("own", f, weight * weights[OWN + kind]! * Math.max(0, own.values[f]! - itself));
      summands.add("preferred", f, weight * weights[OWN + kind]! * preferred.values[f]!);
      summands.add("neighbours", f, weight * weights[NEIGHBOURS + kind]! * neighbours.values[f]!);
      summands.add("crowd", f, weight * weights[CROWD + kind]! * this.crowdFeatures[f]!);
      const ofVectors = weights[VECTORS + kind]!;
      if (ofVectors > 0) summands.add("vectors", f, weight * ofVectors * this.related(event, itself, f));
      if (kind === VENUE && weights[NEAR]! > 0)
        summands.add("near", f, weights[NEAR]! * this.near(f, itself));
    }
    return summands;
  }

  /**
   * What a like pulls for an event, learned vectors apart: with own_i the part of like i in own(f), the summands that
   * speak of likes are Σ_i own_i pull_i(e), where
   *
   *     pull_i(e) = Σ_{f of both} x_ef ρ_f w_own,k + w_near nearness(venue of i, venue of e) + w_together sim(i, e)
   */
  pullOf(event: number, like: number): number {
    const { offsets, lengths, columns } = this.state.catalogue.featuresOf;
    const { kindOf } = this.state.catalogue.features;
    const { weights, places, company } = this;
    const begin = offsets[like]!;
    const end = begin + lengths[like]!;
    let pull = 0;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const f = columns.feature[slot]!;
      const kind = kindOf[f]!;
      if (kind === VENUE && weights[NEAR]! > 0) pull += weights[NEAR]! * places.nearnessOf(like, f);
      for (let other = begin; other < end; other++) {
        if (columns.feature[other] === f)
          pull += columns.share[slot]! * this.rarity[f]! * weights[OWN + kind]!;
      }
    }
    if (weights[TOGETHER]! > 0) {
      company.eachSimilarity(event, (other, similarity) => {
        if (other === like) pull += weights[TOGETHER]! * similarity;
      });
    }
    return pull;
  }

  /** What the learned vectors add to an event's score, without what one of the person's likes says by them. */
  relatedWithout(event: number, like: number): number {
    const { offsets, lengths, columns } = this.state.catalogue.featuresOf;
    const { kindOf } = this.state.catalogue.features;
    const { vectors, taste } = this;
    if (vectors.isEmpty) return 0;
    const itself = taste.ownLikings.values[event]!;
    let sum = 0;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      const f = columns.feature[slot]!;
      const weight = columns.share[slot]! * this.rarity[f]! * this.weights[VECTORS + kindOf[f]!]!;
      if (weight === 0) continue;
      let related = vectors.sumOf(f) - taste.ownLikings.values[like]! * vectors.says(like, f);
      if (itself > 0) related -= itself * vectors.says(event, f);
      if (related > 0) sum += weight * related;
    }
    return sum;
  }

  /** related(f), without what an event that was opened adds to it. */
  private related(event: number, itself: number, feature: number): number {
    const { vectors } = this;
    if (itself === 0 || vectors.isEmpty) return vectors.related[feature]!;
    return vectors.relatedWithout(event, itself, feature);
  }

  /** near(v), without what an event at the venue that was opened adds to it. */
  near(venue: number, itself: number): number {
    return Math.max(0, this.places.near.values[venue]! - itself);
  }

  private get inUse(): Workspace {
    if (this.workspace === undefined) throw new Error("there is no person to score for: begin() comes first");
    return this.workspace;
  }

  private sumOfContributions(event: number): number {
    const { amounts, count } = this.summandsOf(event);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += amounts[i]!;
    return sum;
  }

  private ofEventItself(event: number): number {
    const { weights } = this;
    const sum =
      weights[NEIGHBOURS_EVENT]! * this.taste.neighbourEvents.values[event]! +
      weights[CROWD_EVENT]! * this.crowdEvents.of(event) +
      weights[SOON]! * this.soon(event);
    return weights[TOGETHER] === 0 ? sum : sum + weights[TOGETHER]! * this.company.of(event);
  }

  private soon(event: number): number {
    return soonness(this.state.catalogue.startMs[event]!, this.nowMs);
  }

  private addVoicesUp(): void {
    const { features } = this.state.catalogue;
    this.pull = withLength(this.pull, features.size);
    const { pull, rarity, weights, crowdFeatures } = this;
    const { kindOf, size } = features;
    const { related } = this.vectors;
    for (let f = 0; f < size; f++) {
      const kind = kindOf[f]!;
      pull[f] =
        (weights[CROWD + kind]! * crowdFeatures[f]! + weights[VECTORS + kind]! * related[f]!) * rarity[f]!;
    }
    const { own, preferred, neighbours } = this.taste;
    for (const [vector, first] of [
      [own, OWN],
      [preferred, OWN],
      [neighbours, NEIGHBOURS],
    ] as const) {
      for (let i = 0; i < vector.count; i++) {
        const f = vector.touched[i]!;
        pull[f]! += weights[first + kindOf[f]!]! * vector.values[f]! * rarity[f]!;
      }
    }
    const { near } = this.places;
    if (weights[NEAR]! > 0) {
      for (let i = 0; i < near.count; i++)
        pull[near.touched[i]!]! += weights[NEAR]! * near.values[near.touched[i]!]!;
    }
  }
}

function soonness(startMs: number, nowMs: number): number {
  return 1 / (1 + Math.abs(startMs - nowMs) / SOON_MS);
}

/** Of all weights, those of the voices that may speak; what is soon always counts. */
export function weightsOfVoices(weights: Float64Array, allowed: readonly Voice[]): Float64Array {
  return weights.map((weight, term) => {
    const voice = voices.find((name) => termNames[term]!.startsWith(`${name}.`));
    return voice === undefined || allowed.includes(voice) ? weight : 0;
  });
}
