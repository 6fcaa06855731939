import type { ImportEntry } from "@craic/runtime/import-lines.js";
import type { Venue, VenueContent } from "./venue.js";

/** Narrows a list; what is "" or [] does not. */
export interface VenueFilter {
  readonly cityId: string;
  /** LIKE patterns over the search text; see runtime's search-text. */
  readonly patterns: readonly string[];
}

/** Keeps the venues. */
export interface VenueStore {
  /** Venues by id, each once, in the order of first mention; those that are not known are left out. */
  find(venueIds: readonly string[]): Promise<Venue[]>;
  /** Venues by name, whatever case and accents, and id; from after the venue `after` on. */
  list(filter: VenueFilter, after: string | undefined, limit: number): Promise<Venue[]>;
  /** Stores what is new or differs, all or nothing; answers with the hashes that were known before, by id. */
  save(entries: readonly ImportEntry<VenueContent>[], now: Date): Promise<ReadonlyMap<string, string>>;
}
