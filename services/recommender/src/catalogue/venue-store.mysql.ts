import type { DatabaseSession } from "../database-session.js";
import { uuidFromBytes, uuidToBytes } from "../feedback/uuid-bytes.js";
import { mirroredVenues } from "../schema.js";
import type { PlacedVenue } from "./venue-places.js";
import type { VenueStore } from "./venue-store.js";

const SAVE = `INSERT INTO mirrored_venues (venue_id, city_id, latitude, longitude) VALUES ? ON DUPLICATE KEY UPDATE
  city_id = VALUES(city_id), latitude = VALUES(latitude), longitude = VALUES(longitude)`;

export function createMysqlVenueStore({ db, pool }: DatabaseSession): VenueStore {
  return {
    async readAll() {
      const rows = await db.select().from(mirroredVenues);
      return rows.map(({ venueId, cityId, latitude, longitude }) => ({
        venueId: uuidFromBytes(venueId),
        cityId,
        position: latitude === null || longitude === null ? undefined : { latitude, longitude },
      }));
    },

    async save(venues) {
      if (venues.length > 0) await pool.query(SAVE, [venues.map(rowOf)]);
    },
  };
}

/** In the order of SAVE's columns. */
function rowOf({ venueId, cityId, position }: PlacedVenue): (Buffer | string | number | null)[] {
  return [uuidToBytes(venueId), cityId, position?.latitude ?? null, position?.longitude ?? null];
}
