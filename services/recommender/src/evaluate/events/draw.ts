import { type AdditiveEffects, fitAdditiveEffects } from "@craic/numerics/additive-effects.js";
import type { SparseRows } from "@craic/numerics/csr.js";
import { DAY_MS } from "../attendance-split.js";
import type { Attendances } from "./attendances.js";
import { type EventTraits, type TraitKind, traitKinds } from "./event-traits.js";
import { felt, type Whereabouts } from "./whereabouts.js";

/** Traits that tell how large an event will be. Not tags: here they are what its guests entered for. */
const TELLING: readonly TraitKind[] = ["organiser", "country", "region", "circuit", "series", "word"];
/** An event so long ago teaches half as much as one today. */
const HALF_LIFE_MS = 730 * DAY_MS;
const RIDGE = 1;
/** Guests whose journeys make an event count in full, and no more. */
const ENOUGH_JOURNEYS = 10;
const MOST_JOURNEYS = 30;

const none: AdditiveEffects = { mean: 0, effects: new Float64Array(0) };

/**
 * How many people an event will draw, and from how far: estimated from those that were held before with the same
 * organiser, region, series or words in the title. "Nationals" are large and people cross the country for them, also
 * when they are in another town each year.
 */
export class Draw {
  private readonly telling: SparseRows;
  private size = none;
  private journey = none;

  constructor(
    private readonly traits: EventTraits,
    private readonly whereabouts: Whereabouts,
    private readonly startMs: Float64Array,
  ) {
    const lists = traits.of.map((list) =>
      list.filter((trait) => TELLING.includes(traitKinds[traits.kindOf[trait]!]!)),
    );
    const lengths = Uint32Array.from(lists, (list) => list.length);
    const offsets = new Uint32Array(lists.length);
    for (let event = 1; event < lists.length; event++) {
      offsets[event] = offsets[event - 1]! + lengths[event - 1]!;
    }
    const indices = Uint32Array.from(lists.flatMap((list) => [...list]));
    this.telling = { offsets, lengths, indices, values: new Float32Array(indices.length).fill(1) };
  }

  /** Learns anew from the events that began before an instant. */
  learn(attendances: Attendances, nowMs: number): void {
    const events = this.startMs.length;
    const size = new Float64Array(events);
    const journey = new Float64Array(events);
    const weights = new Float64Array(events);
    const journeyWeights = new Float64Array(events);
    for (let event = 0; event < events; event++) {
      const guests = attendances.at(event);
      if (guests.length === 0 || this.startMs[event]! >= nowMs) continue;
      size[event] = Math.log1p(guests.length);
      weights[event] = 2 ** ((this.startMs[event]! - nowMs) / HALF_LIFE_MS);
      const journeys = this.journeysTo(event, attendances);
      if (journeys.count === 0) continue;
      journey[event] = journeys.sum / journeys.count;
      journeyWeights[event] = (weights[event]! * Math.min(journeys.count, MOST_JOURNEYS)) / ENOUGH_JOURNEYS;
    }
    this.size = fitAdditiveEffects(this.telling, this.traits.size, size, weights, RIDGE);
    this.journey = fitAdditiveEffects(this.telling, this.traits.size, journey, journeyWeights, RIDGE);
  }

  /** log(1 + people) that an event is expected to draw. */
  sizeOf(event: number): number {
    return this.expected(this.size, event);
  }

  /** How far from where they have been before its guests are expected to come, as felt. */
  journeyTo(event: number): number {
    return this.expected(this.journey, event);
  }

  private expected({ mean, effects }: AdditiveEffects, event: number): number {
    let sum = mean;
    const begin = this.telling.offsets[event]!;
    for (let p = begin; p < begin + this.telling.lengths[event]!; p++) {
      sum += effects[this.telling.indices[p]!] ?? 0;
    }
    return sum;
  }

  /** Felt distances from an event to the nearest place where each guest had been before. */
  private journeysTo(event: number, attendances: Attendances): { sum: number; count: number } {
    let sum = 0;
    let count = 0;
    for (const guest of attendances.at(event)) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const past of attendances.of(guest)) {
        if (past.timeMs >= this.startMs[event]!) break;
        const km = this.whereabouts.kmBetween(past.event, event);
        if (km < nearest) nearest = km;
      }
      if (nearest === Number.POSITIVE_INFINITY) continue;
      sum += felt(nearest);
      count++;
    }
    return { sum, count };
  }
}
