import { greatCircleKm, type Position } from "@craic/numerics/great-circle.js";
import type { ItemDetails } from "../data-set.js";

/** Near is what is within this, kilometres: distances below it hardly differ. */
const NEAR_KM = 20;

/**
 * Where events are. One without coordinates is where others in a town of that name are, else in the middle of
 * those of its region; a country is too large to tell.
 */
export class Whereabouts {
  private readonly positions: readonly (Position | undefined)[];

  constructor(details: readonly ItemDetails[]) {
    const means = new Map<string, { latitude: number; longitude: number; count: number }>();
    for (const { event } of details) {
      if (event?.location === undefined) continue;
      for (const place of [townOf(event), regionOf(event)]) {
        const sum = means.get(place) ?? { latitude: 0, longitude: 0, count: 0 };
        means.set(place, sum);
        sum.latitude += event.location.latitude;
        sum.longitude += event.location.longitude;
        sum.count++;
      }
    }
    const middleOf = (place: string): Position | undefined => {
      const sum = means.get(place);
      return sum && { latitude: sum.latitude / sum.count, longitude: sum.longitude / sum.count };
    };
    this.positions = details.map(({ event }) => {
      if (event === undefined) return undefined;
      if (event.location !== undefined) return event.location;
      const town = event.town === "" ? undefined : middleOf(townOf(event));
      return town ?? (event.region === "" ? undefined : middleOf(regionOf(event)));
    });
  }

  isKnown(event: number): boolean {
    return this.positions[event] !== undefined;
  }

  /** Kilometres between two events; NaN when one of them is not known to be anywhere. */
  kmBetween(a: number, b: number): number {
    const from = this.positions[a];
    const to = this.positions[b];
    return from === undefined || to === undefined ? Number.NaN : greatCircleKm(from, to);
  }
}

/** Distance as people feel it: twice as far is one step further, wherever one begins, but not within a town. */
export function felt(km: number): number {
  return Math.log1p(km / NEAR_KM);
}

/** What no known place is beyond: across the Earth. */
export const FARTHEST = felt(20_015);

const regionOf = ({ country, region }: { country: string; region: string }) => `${country}/${region}`;
const townOf = (event: { country: string; region: string; town: string }) =>
  `${regionOf(event)}/${event.town.toLowerCase()}`;
