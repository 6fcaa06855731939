/** Where a record comes from. */
export interface Source {
  readonly name: string;
  readonly externalId: string;
  /** Credit line; "" when none is asked for. */
  readonly attribution: string;
}

/** A point in WGS 84 degrees. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** A venue as its source describes it. What is not known is "" or undefined. */
export interface VenueContent {
  readonly source: Source;
  readonly name: string;
  readonly kind: string;
  readonly address: string;
  readonly cityId: string;
  readonly position: Position | undefined;
  readonly url: string;
}

/** A place where events happen. */
export interface Venue extends VenueContent {
  readonly venueId: string;
  /** When the record last changed. */
  readonly updated: Date;
}
