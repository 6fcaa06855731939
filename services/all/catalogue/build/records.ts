/** craic.catalogue.v1.Source as proto JSON. */
export interface Source {
  readonly name: string;
  readonly externalId: string;
  readonly attribution?: string;
}

/** craic.venues.v1.CityRecord as proto JSON. */
export interface CityRecord {
  readonly cityId: string;
  readonly name: string;
  readonly otherNames?: readonly string[];
  readonly countryCode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  readonly population: number;
}

/** craic.venues.v1.VenueRecord as proto JSON. */
export interface VenueRecord {
  readonly source: Source;
  readonly name: string;
  readonly kind?: string;
  readonly address?: string;
  readonly cityId: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly url?: string;
}

/** craic.djs.v1.DjRecord as proto JSON. */
export interface DjRecord {
  readonly source: Source;
  readonly name: string;
  readonly kind?: string;
  readonly genres?: readonly string[];
}

/** craic.events.v1.EventRecord as proto JSON, with the dates on which it really took place. */
export interface EventRecord {
  readonly source: Source;
  readonly title: string;
  readonly description?: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly timeZone: string;
  readonly cityId: string;
  readonly venue?: Source;
  readonly djs?: readonly Source[];
  readonly genres?: readonly string[];
  /** int64, and so a string in proto JSON. */
  readonly minPriceCents?: string;
  readonly currency?: string;
  readonly url?: string;
  readonly organiser?: string;
}

/** What the converter makes of one source. */
export interface SourceRecords {
  /** Name of the source and of its folder. */
  readonly name: string;
  readonly venues: readonly VenueRecord[];
  readonly djs: readonly DjRecord[];
  readonly events: readonly EventRecord[];
  /** How many records were left out, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Counts what is left out. `because` gives what a flatMap puts in its place. */
export class LeftOut extends Map<string, number> {
  because(reason: string, records = 1): [] {
    this.set(reason, (this.get(reason) ?? 0) + records);
    return [];
  }
}

/** The reference to a record: its source without the credit line. */
export function reference({ name, externalId }: Source): Source {
  return { name, externalId };
}
