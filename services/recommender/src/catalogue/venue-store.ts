import type { PlacedVenue } from "./venue-places.js";

/** The recommender's own copy of where venues are, so that it ranks and trains without the venues service. */
export interface VenueStore {
  /** Every venue that was saved, as it was last; some tens of bytes each. */
  readAll(): Promise<PlacedVenue[]>;
  save(venues: readonly PlacedVenue[]): Promise<void>;
}
