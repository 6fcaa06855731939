import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { LruMap } from "@craic/runtime/lru-map.js";
import type { Feature, FeatureKind } from "./event-features.js";

/** What things are called that a reason speaks of, where that is known. */
export interface Names {
  readonly venues: Lookup;
  readonly artists: Lookup;
}

interface Lookup {
  /** By id. */
  get(id: string): string | undefined;
}

/** Makes sure that the names of those of the features are there that have a name elsewhere. */
export type FindNames = (
  features: readonly Feature[],
  /** Asked for only when something has to be looked up. */
  options: () => CallOptions,
) => Promise<Names>;

const KEPT_NAMES = 5_000;
const KEPT_MS = 60 * 60_000;
/** For how long a service that could not be reached is not asked again: reasons can do without names. */
const PAUSE_MS = 5_000;
/** Most ids that the services take at a time. */
const MAX_BATCH = 500;

/**
 * Finds names with the venues and the djs service, and keeps them. A service that does not answer within the
 * options' bounds costs the names and nothing else.
 */
export function createFindNames(transport: Transport, now: () => Date, log: Logger): FindNames {
  const venueService = createClient(VenueService, transport);
  const djService = createClient(DjService, transport);
  const venues = createKeptNames("venue", "venues", log, async (venueIds, options) => {
    const answer = await venueService.batchGetVenues({ venueIds }, options);
    return answer.venues.map(({ venueId, name }) => [venueId, name]);
  });
  const artists = createKeptNames("artist", "djs", log, async (djIds, options) => {
    const answer = await djService.batchGetDjs({ djIds }, options);
    return answer.djs.map(({ djId, name }) => [djId, name]);
  });
  const names: Names = { venues, artists };
  return async (features, options) => {
    const nowMs = now().getTime();
    const missing = [venues.missingIn(features, nowMs), artists.missingIn(features, nowMs)] as const;
    // Nearly always they are all there, and nobody waits.
    if (missing[0].size + missing[1].size > 0) {
      await Promise.all([
        venues.lookUp(missing[0], options, nowMs),
        artists.lookUp(missing[1], options, nowMs),
      ]);
    }
    return names;
  };
}

const none: ReadonlySet<string> = new Set();

type Load = (ids: string[], options: CallOptions) => Promise<[id: string, name: string][]>;

function createKeptNames(kind: FeatureKind, service: string, log: Logger, load: Load) {
  /** "" for an id that the service does not know. */
  const kept = new LruMap<string, { name: string; expireMs: number }>(KEPT_NAMES);
  let pausedUntilMs = 0;

  return {
    /** A name that should be looked up again is better than none. */
    get(id: string): string | undefined {
      return kept.peek(id)?.name || undefined;
    },

    /** Ids of the features of this kind that have to be looked up. */
    missingIn(features: readonly Feature[], nowMs: number): ReadonlySet<string> {
      let missing: Set<string> | undefined;
      for (const feature of features) {
        if (feature.kind !== kind || (kept.peek(feature.key)?.expireMs ?? 0) > nowMs) continue;
        missing ??= new Set();
        missing.add(feature.key);
      }
      return missing ?? none;
    },

    /** As far as one batch goes. */
    async lookUp(missing: ReadonlySet<string>, options: () => CallOptions, nowMs: number): Promise<void> {
      if (missing.size === 0 || nowMs < pausedUntilMs) return;
      const ids = [...missing].slice(0, MAX_BATCH);
      try {
        const found = new Map(await load(ids, options()));
        for (const id of ids) kept.set(id, { name: found.get(id) ?? "", expireMs: nowMs + KEPT_MS });
      } catch (error) {
        pausedUntilMs = nowMs + PAUSE_MS;
        log.warn({ err: error, dependency: service }, "reasons go without names for the moment");
      }
    },
  };
}
