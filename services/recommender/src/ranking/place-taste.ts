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
  /** Venues of the person's likes, found when they are asked for. */
  private likedVenues: Int32Array | undefined;
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
    this.likedVenues = undefined;
    this.near.clear();
  }

  /**
   * nearness(w, v) to this venue v of the venue w of each of the person's likes, 0 out of reach.
   *
   * @param liked the same for one person every time
   * @returns a function from the place of a like, good until the next is asked for
   */
  nearnessTo(venue: number, liked: Uint32Array): (place: number) => number {
    const { toVenue } = this;
    toVenue.clear();
    toVenue.reserve(this.catalogue.features.size);
    const { venues, nearness } = this.catalogue.places.near(venue);
    for (let i = 0; i < venues.length; i++) toVenue.add(venues[i]!, nearness[i]!);
    this.likedVenues ??= Int32Array.from(liked, (event) => this.venueOf(event));
    const { likedVenues } = this;
    return (place) => (likedVenues[place]! < 0 ? 0 : toVenue.values[likedVenues[place]!]!);
  }

  /** nearness(w, v) to this venue v of the venue w of an event. */
  nearnessOf(event: number, venue: number): number {
    const { venues, nearness } = this.catalogue.places.near(venue);
    const place = venues.indexOf(this.venueOf(event));
    return place < 0 ? 0 : nearness[place]!;
  }

  /** −1 where it is not known. */
  private venueOf(event: number): number {
    const { features, featuresOf } = this.catalogue;
    const { offsets, lengths, columns } = featuresOf;
    for (let slot = offsets[event]!; slot < offsets[event]! + lengths[event]!; slot++) {
      if (features.kindOf[columns.feature[slot]!] === VENUE) return columns.feature[slot]!;
    }
    return -1;
  }
}
