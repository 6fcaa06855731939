import type { CallOptions } from "@connectrpc/connect";
import type { Dj } from "@craic/proto/craic/djs/v1/dj_pb.js";
import type { City } from "@craic/proto/craic/venues/v1/city_pb.js";
import type { Venue } from "@craic/proto/craic/venues/v1/venue_pb.js";
import { type BatchCache, createBatchCache } from "./batch-cache.js";
import type { Upstream } from "./upstream.js";

/** A change of a venue's, an artist's or a city's record is seen this much later at most. */
const TTL_MS = 30_000;
/** A record is about a kilobyte. */
const MAX_ENTRIES = 4_000;
/** What the services take in one request. */
const MAX_BATCH = 500;

/**
 * Venues, artists and cities by id; their records hardly change, so they are held for a while. `options` are
 * asked for only when something has to be fetched.
 */
export interface Catalogue {
  venues(ids: Iterable<string>, options: () => CallOptions): Promise<Map<string, Venue>>;
  djs(ids: Iterable<string>, options: () => CallOptions): Promise<Map<string, Dj>>;
  cities(ids: Iterable<string>, options: () => CallOptions): Promise<Map<string, City>>;
}

export function createCatalogue(
  { venues, djs, cities }: Pick<Upstream, "venues" | "djs" | "cities">,
  now: () => Date,
): Catalogue {
  const cacheBy = <T>(idOf: (value: T) => string): BatchCache<T> =>
    createBatchCache({ idOf, ttlMs: TTL_MS, maxEntries: MAX_ENTRIES, maxBatch: MAX_BATCH, now });
  const venueCache = cacheBy((venue: Venue) => venue.venueId);
  const djCache = cacheBy((dj: Dj) => dj.djId);
  const cityCache = cacheBy((city: City) => city.cityId);
  return {
    venues: (ids, options) =>
      venueCache.getMany(
        ids,
        async (venueIds) => (await venues.batchGetVenues({ venueIds }, options())).venues,
      ),
    djs: (ids, options) =>
      djCache.getMany(ids, async (djIds) => (await djs.batchGetDjs({ djIds }, options())).djs),
    cities: (ids, options) =>
      cityCache.getMany(ids, async (cityIds) => (await cities.batchGetCities({ cityIds }, options())).cities),
  };
}
