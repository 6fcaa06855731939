import type { CallOptions } from "@connectrpc/connect";
import type { Dj } from "@craic/proto/craic/djs/v1/dj_pb.js";
import type { City } from "@craic/proto/craic/venues/v1/city_pb.js";
import type { Venue } from "@craic/proto/craic/venues/v1/venue_pb.js";
import { type BatchCache, createBatchCache } from "./batch-cache.js";
import type { Upstream } from "./upstream.js";

/** A change of a venue's, an artist's or a city's record is seen this much later at most. */
const TTL_MS = 30_000;
/** As much later, while their service cannot be asked. */
const STALE_MS = 3_600_000;
/** A record is about a kilobyte. */
const MAX_ENTRIES = 4_000;
/** What the services take in one request. */
const MAX_BATCH = 500;

/**
 * Venues, artists and cities by id; their records hardly change, so they are held for a while. `options` are
 * asked for only when something has to be fetched, and `failed` is told why not all of it could be had.
 */
export interface Catalogue {
  venues: Find<Venue>;
  djs: Find<Dj>;
  cities: Find<City>;
}

/** Rejects when something cannot be had and there is no `failed`. */
type Find<T> = (
  ids: Iterable<string>,
  options: () => CallOptions,
  failed?: (error: unknown) => void,
) => Promise<Map<string, T>>;

export function createCatalogue(
  { venues, djs, cities }: Pick<Upstream, "venues" | "djs" | "cities">,
  now: () => Date,
): Catalogue {
  const cacheBy = <T>(idOf: (value: T) => string): BatchCache<T> =>
    createBatchCache({
      idOf,
      ttlMs: TTL_MS,
      staleMs: STALE_MS,
      maxEntries: MAX_ENTRIES,
      maxBatch: MAX_BATCH,
      now,
    });
  const venueCache = cacheBy((venue: Venue) => venue.venueId);
  const djCache = cacheBy((dj: Dj) => dj.djId);
  const cityCache = cacheBy((city: City) => city.cityId);
  return {
    venues: (ids, options, failed) =>
      venueCache.getMany(
        ids,
        async (venueIds) => (await venues.batchGetVenues({ venueIds }, options())).venues,
        failed,
      ),
    djs: (ids, options, failed) =>
      djCache.getMany(ids, async (djIds) => (await djs.batchGetDjs({ djIds }, options())).djs, failed),
    cities: (ids, options, failed) =>
      cityCache.getMany(
        ids,
        async (cityIds) => (await cities.batchGetCities({ cityIds }, options())).cities,
        failed,
      ),
  };
}
