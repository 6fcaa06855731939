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

  /** nearness(w, v) of each venue w of a person's events to one venue; 0 for a venue out of reach. */
  nearnessTo(venue: number): (event: number) => number {
    const { venues, nearness } = this.catalogue.places.near(venue);
    return (event) => {
      const { offsets, lengths, columns } = this.catalogue.featuresOf;
      for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
        const place = venues.indexOf(columns.feature[slot]!);
        if (place >= 0) return nearness[place]!;
      }
      return 0;
    };
  }
}
