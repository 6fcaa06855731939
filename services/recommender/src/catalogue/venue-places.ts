import { greatCircleKm, type Position } from "@craic/numerics/great-circle.js";
import { TopK } from "@craic/numerics/top-k.js";
import type { FeatureTable } from "./feature-table.js";

/** What is this far off is half as near: a quarter of an hour on foot. */
const HALF_KM = 1;
/** From here on one place has nothing to do with another: nearness would be below 1/32. */
const REACH_KM = 5;
/** In a dense city the nearest are enough. */
const MOST_NEAR = 64;
/** Length of a degree of latitude on the sphere of great-circle.ts, rounded down. */
const DEGREE_KM = 111;

/** A venue, and where it is. */
export interface PlacedVenue {
  readonly venueId: string;
  readonly cityId: string;
  /** undefined where it is not known. */
  readonly position: Position | undefined;
}

/** Venues near one, itself the first of them. */
export interface NearVenues {
  /** By number of their features. */
  readonly venues: Uint32Array;
  /** 2^(−km / HALF_KM). */
  readonly nearness: Float64Array;
}

const NOWHERE: NearVenues = { venues: new Uint32Array(0), nearness: new Float64Array(0) };

/** Where venues are, as far as that is known. Venues go by the numbers of their features. */
export class VenuePlaces {
  private readonly positions = new Map<number, Position>();
  /** Found when asked for, and kept until a venue comes, moves or goes. */
  private readonly found = new Map<number, NearVenues>();

  constructor(private readonly features: FeatureTable) {}

  /** Takes in where a venue is; nothing where no event was ever there. Returns whether that is news. */
  put({ venueId, position }: Pick<PlacedVenue, "venueId" | "position">): boolean {
    const venue = this.features.find({ kind: "venue", key: venueId });
    const before = this.positions.get(venue);
    if (venue < 0 || isSame(before, position)) return false;
    if (position === undefined) this.positions.delete(venue);
    else this.positions.set(venue, position);
    this.found.clear();
    return true;
  }

  /** Nothing where the venue's own place is not known. */
  near(venue: number): NearVenues {
    let near = this.found.get(venue);
    if (near === undefined) {
      near = this.findNear(venue);
      this.found.set(venue, near);
    }
    return near;
  }

  private findNear(venue: number): NearVenues {
    const here = this.positions.get(venue);
    if (here === undefined) return NOWHERE;
    const nearest = new TopK(MOST_NEAR - 1);
    for (const [other, there] of this.positions) {
      if (other === venue || DEGREE_KM * Math.abs(there.latitude - here.latitude) > REACH_KM) continue;
      const km = greatCircleKm(here, there);
      if (km < REACH_KM) nearest.offer(other, 2 ** (-km / HALF_KM));
    }
    const { ids, scores } = nearest.take();
    return { venues: Uint32Array.of(venue, ...ids), nearness: Float64Array.of(1, ...scores) };
  }
}

function isSame(a: Position | undefined, b: Position | undefined): boolean {
  return a?.latitude === b?.latitude && a?.longitude === b?.longitude;
}
