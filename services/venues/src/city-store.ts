import type { ImportEntry } from "@craic/runtime/import-lines.js";
import type { City, CityContent } from "./city.js";

/** Narrows a list; what is "" or [] does not. */
export interface CityFilter {
  readonly countryCode: string;
  /** LIKE patterns over the search text; see runtime's search-text. */
  readonly patterns: readonly string[];
}

/** Population and id of the last city of a page. */
export type CityCursor = readonly [population: number, cityId: string];

/** Keeps the cities. */
export interface CityStore {
  /** Cities by id, each once, in the order of first mention; those that are not known are left out. */
  find(cityIds: readonly string[]): Promise<City[]>;
  /** Cities by population, the largest first, and id; from after the cursor on. */
  list(filter: CityFilter, after: CityCursor | undefined, limit: number): Promise<City[]>;
  /** Stores what is new or differs, all or nothing; answers with the hashes that were known before, by id. */
  save(entries: readonly ImportEntry<CityContent>[]): Promise<ReadonlyMap<string, string>>;
}
