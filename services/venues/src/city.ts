/** A populated place that venues and events are in. */
export interface City {
  /** GeoNames id. */
  readonly cityId: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string;
  /** WGS 84, in degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** IANA name. */
  readonly timeZone: string;
  /** Inhabitants. */
  readonly population: number;
}

/** A city as an import describes it. */
export interface CityContent extends City {
  /** Other names it is searched by. */
  readonly otherNames: readonly string[];
}
