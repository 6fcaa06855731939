import type { ImportEntry } from "@craic/runtime/import-lines.js";
import type { Dj, DjContent } from "./dj.js";

/** Narrows a list; what is [] does not. */
export interface DjFilter {
  /** Any of these, in lower case. */
  readonly genres: readonly string[];
  /** LIKE patterns over the search text; see runtime's search-text. */
  readonly patterns: readonly string[];
}

/** Keeps the DJs and other artists. */
export interface DjStore {
  /** DJs by id, each once, in the order of first mention; those that are not known are left out. */
  find(djIds: readonly string[]): Promise<Dj[]>;
  /** DJs by name, whatever case and accents, and id; from after the DJ `after` on. */
  list(filter: DjFilter, after: string | undefined, limit: number): Promise<Dj[]>;
  /** Stores what is new or differs, all or nothing; answers with the hashes that were known before, by id. */
  save(entries: readonly ImportEntry<DjContent>[], now: Date): Promise<ReadonlyMap<string, string>>;
}
