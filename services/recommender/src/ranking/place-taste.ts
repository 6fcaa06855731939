import { Accumulator } from "@craic/numerics/accumulator.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { featureKinds } from "../catalogue/event-features.js";

const VENUE = featureKinds.indexOf("venue");

/**
 * How near venues are to where a person goes: with own(w) their liking of venue w, as in taste.ts,
 *
 *     near(v) = Σ_w own(w) · nearness(w, v)
 *
 * over the venues within reach of v, itself among them (see venue-places.ts); 0 to 1. A like far away only takes from
 * it, as one of another genre takes from a genre.
 *
 * The object is scratch: `read`, which does nothing the second time, use, `clear`.
 */
export class PlaceTaste {
  /** By number of the venue's feature. */
  readonly near = new Accumulator();
  private readonly toVenue = new Accumulator();
  private isRead = false;

  constructor(private readonly catalogue: Catalogue) {}

  /** @param own liking of each feature */
  read(own: Accumulator): void {
    if (this.isRead) return;
    this.isRead = true;
    const { features, places } = this.catalogue;
    this.near.reserve(features.size);
    for (let i = 0; i < own.count; i++) {
      const feature = own.touched[i]!;
      if (features.kindOf[feature] !== VENUE) continue;
      const liking = own.values[feature]!;
      const { venues, nearness } = places.near(feature);
      for (let j = 0; j < venues.length; j++) this.near.add(venues[j]!, liking * nearness[j]!);
    }
  }

  clear(): void {
    this.isRead = false;
    this.near.clear();
  }

  /** nearness(w, v) of the venue w of an event to this venue v, 0 out of reach; good until the next is asked for. */
  nearnessTo(venue: number): (event: number) => number {
    const { features, featuresOf, places } = this.catalogue;
    const { toVenue } = this;
    toVenue.clear();
    toVenue.reserve(features.size);
    const { venues, nearness } = places.near(venue);
    for (let i = 0; i < venues.length; i++) toVenue.add(venues[i]!, nearness[i]!);
    const { offsets, lengths, columns } = featuresOf;
    return (event) => {
      for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
        const feature = columns.feature[slot]!;
        if (features.kindOf[feature] === VENUE) return toVenue.values[feature]!;
      }
      return 0;
    };
  }
}
