import { readTable } from "./files.ts";
import type { CityRecord } from "./records.ts";
import { plain } from "./slug.ts";

/** A populated place of GeoNames. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly otherNames: readonly string[];
  readonly country: string;
  /** First-level division; in the United States the state's letters. */
  readonly division: string;
  readonly population: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
}

/** A part of a city: events there are the city's. */
const PARTS: Readonly<Record<string, string>> = {
  "5125771": "5128581", // Manhattan
  "5110302": "5128581", // Brooklyn
  "5133273": "5128581", // Queens
  "5110266": "5128581", // The Bronx
  "5139568": "5128581", // Staten Island
};

const MOST_OTHER_NAMES = 12;

/** Finds the place that a record speaks of, and remembers which were found. */
export class Cities {
  private readonly byId = new Map<string, Place>();
  private readonly byName = new Map<string, Place[]>();
  private readonly used = new Map<string, Set<string>>();

  private readonly places: readonly Place[];

  constructor(places: readonly Place[]) {
    this.places = places;
    for (const place of places) {
      this.byId.set(place.id, place);
      for (const name of new Set([place.name, ...place.otherNames].map(plain))) {
        const key = `${place.country}:${name}`;
        this.byName.set(key, [...(this.byName.get(key) ?? []), place]);
      }
    }
  }

  /** The largest place of that name in the country, in the division where one is given. */
  named(name: string, country: string, division?: string): Place | undefined {
    const found = (this.byName.get(`${country}:${plain(name)}`) ?? [])
      .filter((place) => division === undefined || place.division === division)
      // A place's own name counts for more than another's by-name.
      .sort(
        (a, b) =>
          Number(plain(b.name) === plain(name)) - Number(plain(a.name) === plain(name)) ||
          b.population - a.population,
      );
    return this.whole(found[0]);
  }

  /** The place that was found for exactly these coordinates when the data was prepared. */
  at(latitude: number, longitude: number): Place | undefined {
    return this.whole(
      this.places.find((place) => place.latitude === latitude && place.longitude === longitude),
    );
  }

  /**
   * The largest place that reaches to a point, or else the nearest within 25 km. A place is taken to reach
   * 0.012·√population km, a disc of some 2,200 inhabitants per km²: 12 km for Dublin, 4 km for Cork. So a
   * pub in Rialto is in Dublin, and one in Swords is in Swords.
   */
  around(latitude: number, longitude: number): Place | undefined {
    let reaching: Place | undefined;
    let nearest: Place | undefined;
    let nearestKm = 25;
    for (const place of this.places) {
      if (Math.abs(place.latitude - latitude) > 0.4 || Math.abs(place.longitude - longitude) > 0.8) continue;
      const km = distanceKm(latitude, longitude, place.latitude, place.longitude);
      const reaches = km <= 0.012 * Math.sqrt(place.population);
      if (reaches && place.population > (reaching?.population ?? 0)) reaching = place;
      if (km < nearestKm) [nearest, nearestKm] = [place, km];
    }
    return this.whole(reaching ?? nearest);
  }

  /** Notes that a record is in the place, and what the record's source calls it. */
  use(place: Place, calledName?: string): string {
    const names = this.used.get(place.id) ?? new Set<string>();
    if (calledName !== undefined) names.add(calledName);
    this.used.set(place.id, names);
    return place.id;
  }

  /** The places in use, the largest first. */
  records(): CityRecord[] {
    return [...this.used]
      .map(([id, names]) => recordOf(this.byId.get(id)!, names))
      .sort((a, b) => b.population - a.population || a.cityId.localeCompare(b.cityId));
  }

  private whole(place: Place | undefined): Place | undefined {
    return place && (this.byId.get(PARTS[place.id] ?? "") ?? place);
  }
}

export function readCities(folder: string): Cities {
  return new Cities(
    readTable(`${folder}/geonames/cities.tsv.gz`).map((row) => ({
      id: row.geonameid!,
      name: row.name!,
      otherNames: row.altnames!.split("|").filter((name) => name !== ""),
      country: row.country!,
      division: row.admin1!,
      population: Number(row.population),
      latitude: Number(row.lat),
      longitude: Number(row.lon),
      timeZone: row.timezone!,
    })),
  );
}

function recordOf(place: Place, calledNames: ReadonlySet<string>): CityRecord {
  const names = new Map([...calledNames, ...place.otherNames].map((name) => [plain(name), name]));
  names.delete(plain(place.name));
  const otherNames = [...names.values()].slice(0, MOST_OTHER_NAMES);
  return {
    cityId: place.id,
    name: place.name,
    ...(otherNames.length > 0 && { otherNames }),
    countryCode: place.country,
    latitude: place.latitude,
    longitude: place.longitude,
    timeZone: place.timeZone,
    population: place.population,
  };
}

/** Great-circle distance by the haversine formula, mean earth radius 6371 km. */
function distanceKm(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  const radians = Math.PI / 180;
  const a =
    Math.sin(((latitude2 - latitude1) * radians) / 2) ** 2 +
    Math.cos(latitude1 * radians) *
      Math.cos(latitude2 * radians) *
      Math.sin(((longitude2 - longitude1) * radians) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(a));
}
