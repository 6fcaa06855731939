import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";

/** What things are called that a reason speaks of. */
export interface Names {
  readonly venues: ReadonlyMap<string, string>;
  readonly artists: ReadonlyMap<string, string>;
}

export type FindNames = (
  venueIds: Iterable<string>,
  djIds: Iterable<string>,
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
  const venues = createKeptNames("venues", now, log, async (venueIds, options) => {
    const answer = await venueService.batchGetVenues({ venueIds }, options);
    return answer.venues.map(({ venueId, name }) => [venueId, name]);
  });
  const artists = createKeptNames("djs", now, log, async (djIds, options) => {
    const answer = await djService.batchGetDjs({ djIds }, options);
    return answer.djs.map(({ djId, name }) => [djId, name]);
  });
  return async (venueIds, djIds, options) => {
    const [venueNames, artistNames] = await Promise.all([venues(venueIds, options), artists(djIds, options)]);
    return { venues: venueNames, artists: artistNames };
  };
}

type Load = (ids: string[], options: CallOptions) => Promise<[id: string, name: string][]>;

function createKeptNames(service: string, now: () => Date, log: Logger, load: Load) {
  /** Oldest first. "" for an id that the service does not know. */
  const kept = new Map<string, { name: string; expireMs: number }>();
  let pausedUntilMs = 0;

  function keep(id: string, name: string, expireMs: number): void {
    kept.delete(id);
    kept.set(id, { name, expireMs });
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_NAMES) break;
      kept.delete(oldest);
    }
  }

  async function refresh(ids: string[], options: () => CallOptions, nowMs: number): Promise<void> {
    if (nowMs < pausedUntilMs) return;
    try {
      const found = new Map(await load(ids, options()));
      for (const id of ids) keep(id, found.get(id) ?? "", nowMs + KEPT_MS);
    } catch (error) {
      pausedUntilMs = nowMs + PAUSE_MS;
      log.warn({ err: error, dependency: service }, "reasons go without names for the moment");
    }
  }

  return async (wanted: Iterable<string>, options: () => CallOptions): Promise<Map<string, string>> => {
    const nowMs = now().getTime();
    const ids = new Set(wanted);
    const missing = [...ids].filter((id) => (kept.get(id)?.expireMs ?? 0) <= nowMs);
    if (missing.length > 0) await refresh(missing.slice(0, MAX_BATCH), options, nowMs);
    // A name that should be looked up again is better than none.
    const names = new Map<string, string>();
    for (const id of ids) {
      const name = kept.get(id)?.name ?? "";
      if (name !== "") names.set(id, name);
    }
    return names;
  };
}
