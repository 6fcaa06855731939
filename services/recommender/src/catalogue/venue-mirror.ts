import {
  type CallOptions,
  type Client,
  Code,
  ConnectError,
  createClient,
  type Transport,
} from "@connectrpc/connect";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";
import type { LiveState } from "../ranking/live-state.js";
import type { PlacedVenue } from "./venue-places.js";
import type { VenueStore } from "./venue-store.js";

/** How often venues of new events are looked for. */
const LOOK_MS = 2_000;
/** How long until all are asked for again: one may have moved, or become known. */
const AGAIN_MS = 60 * 60_000;
/** Most ids that the service takes at a time. */
const MAX_BATCH = 500;
const CALL: CallOptions = { timeoutMs: 10_000 };
const WARN_EVERY_MS = 60_000;

export interface VenueMirrorOptions {
  readonly transport: Transport;
  readonly store: VenueStore;
  readonly state: LiveState;
  readonly now: () => Date;
  readonly log: Logger;
}

/**
 * Keeps a copy of where the venues of events are: in memory, and in the database, from which the next start and the
 * trainer have it. While the venues service cannot be reached, the copy does.
 */
export class VenueMirror {
  /** The features up to this one have been looked at for venues. */
  private lookedAt = 0;
  private beganMs = Number.NEGATIVE_INFINITY;
  private task: RepeatedTask | undefined;
  private readonly venues: Client<typeof VenueService>;

  constructor(private readonly options: VenueMirrorOptions) {
    this.venues = createClient(VenueService, options.transport);
  }

  /** Reads the database's copy into memory. To be called after the events were read: only their venues are kept. */
  async load(): Promise<void> {
    const { store, state } = this.options;
    for (const venue of await store.readAll()) state.applyVenue(venue);
  }

  /** Follows the venues service until closed, whether it can be reached or not. */
  start(): void {
    const { log, now } = this.options;
    const warn = throttledWarning(log, WARN_EVERY_MS, now);
    this.task = new RepeatedTask(
      () => this.look(),
      LOOK_MS,
      (error) =>
        warn("venues", { dependency: "venues", code: Code[ConnectError.from(error).code] }, UNREACHABLE),
    ).start();
  }

  async close(): Promise<void> {
    await this.task?.close();
  }

  /** Asks where the venues are that events have brought since the last look, or all of them when it is time again. */
  async look(): Promise<void> {
    const { store, state, now } = this.options;
    const nowMs = now().getTime();
    if (nowMs - this.beganMs >= AGAIN_MS) {
      this.beganMs = nowMs;
      this.lookedAt = 0;
    }
    const { features } = state.catalogue;
    while (this.lookedAt < features.size) {
      let next = this.lookedAt;
      const venueIds: string[] = [];
      for (; next < features.size && venueIds.length < MAX_BATCH; next++) {
        const { kind, key } = features.featureAt(next);
        if (kind === "venue") venueIds.push(key);
      }
      const venues = await this.ask(venueIds);
      for (const venue of venues) state.applyVenue(venue);
      await store.save(venues);
      this.lookedAt = next;
    }
  }

  private async ask(venueIds: string[]): Promise<PlacedVenue[]> {
    if (venueIds.length === 0) return [];
    const { venues } = await this.venues.batchGetVenues({ venueIds }, CALL);
    return venues.map(({ venueId, cityId, latitude, longitude }) => ({
      venueId,
      cityId,
      position: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
    }));
  }
}

const UNREACHABLE = "where venues are cannot be asked; ranking goes by what is known";
