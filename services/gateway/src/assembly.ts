import type { MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Event } from "@craic/proto/craic/events/v1/event_pb.js";
import type { FeedItemSchema } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import type { RecommendedItem } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import type { EventState } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { retryLater } from "@craic/runtime/errors.js";
import { onward } from "@craic/runtime/onward.js";
import { principalKey } from "@craic/runtime/principal.js";
import type { Warn } from "@craic/runtime/throttled-warning.js";
import type { Catalogue } from "./catalogue.js";
import { isOutage } from "./outage.js";
import type { Upstream } from "./upstream.js";

/** The services that an answer is put together from, by the names that `degraded` gives them. */
export type Source = "events" | "recommender" | "venues" | "djs";

/** How long each may take before the answer is put together without it, in milliseconds. */
const TIMEOUT_MS: Readonly<Record<Source, number>> = {
  recommender: 1_500,
  events: 1_500,
  venues: 750,
  djs: 750,
};

/** The most of the caller's remaining time that one call may use up, so that some is left for the next. */
const MAX_SHARE = 0.6;

/** When to come back while a service is away. */
const RETRY_MS = 1_000;

/** An event on its way to becoming an item. */
export interface Candidate {
  readonly event: Event;
  readonly ranked?: Pick<RecommendedItem, "position" | "score" | "reasons">;
  readonly state?: Pick<EventState, "saved" | "hidden">;
}

export type FeedItemInit = MessageInitShape<typeof FeedItemSchema>;

/** Puts one answer together, and remembers which services' parts it had to leave out. */
export class Assembly {
  private readonly missing = new Set<Source>();
  private readonly onward: CallOptions;

  constructor(
    private readonly upstream: Upstream,
    private readonly catalogue: Catalogue,
    private readonly context: HandlerContext,
    private readonly warn: Warn,
  ) {
    this.onward = onward(context);
  }

  /** Names of the services whose part is missing. */
  get degraded(): string[] {
    return [...this.missing];
  }

  leaveOut(source: Source): void {
    this.missing.add(source);
  }

  /** For a call to `source`: under the caller's identity, and within a share of the caller's time. */
  options(source: Source): CallOptions {
    const leftMs = this.context.timeoutMs() ?? Number.POSITIVE_INFINITY;
    const timeoutMs = Math.max(1, Math.min(TIMEOUT_MS[source], leftMs * MAX_SHARE));
    return { ...this.onward, timeoutMs };
  }

  /** A part that the answer can do without: undefined while its service is away. */
  async part<T>(source: Source, answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      this.goWithout(source, error);
      return undefined;
    }
  }

  /** Leaves a part out because of an error; throws it where that does not mean that its service is away. */
  goWithout(source: Source, error: unknown): void {
    if (!isOutage(error, this.context)) throw error;
    this.leaveOut(source);
    const code = Code[ConnectError.from(error).code];
    this.warn(source, { source, code }, "answered without a part");
  }

  /** A part without which there is no answer: UNAVAILABLE with RetryInfo while its service is away. */
  async required<T>(source: Source, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!isOutage(error, this.context)) throw error;
      throw retryLater(Code.Unavailable, `${source} cannot be reached for the moment`, RETRY_MS, error);
    }
  }

  /** Events by id, as they are now, or `degraded` says so; those that are not known are absent. */
  async events(eventIds: string[]): Promise<Map<string, Event>> {
    if (eventIds.length === 0) return new Map();
    const answer = await this.upstream.events.batchGetEvents({ eventIds }, this.options("events"));
    const { events, stale } = answer;
    if (stale) this.leaveOut("events");
    return new Map(events.map((event) => [event.eventId, event]));
  }

  /** What the caller has done with events, as it is now; empty when nobody is signed in. */
  async states(eventIds: string[]): Promise<ReadonlyMap<string, EventState>> {
    const isSignedIn = this.context.values.get(principalKey).userId !== "";
    if (eventIds.length === 0 || !isSignedIn) return new Map();
    const asked = this.upstream.recommender.batchGetEventStates({ eventIds }, this.options("recommender"));
    const answer = await this.part("recommender", asked);
    return new Map(answer?.states.map((state) => [state.eventId, state]));
  }

  /** Joins events with their venues and artists. */
  async items(candidates: readonly Candidate[]): Promise<FeedItemInit[]> {
    const venueIds = candidates.map(({ event }) => event.venueId).filter((id) => id !== "");
    const djIds = candidates.flatMap(({ event }) => event.djIds);
    const [venues, djs] = await Promise.all([
      this.catalogue.venues(
        venueIds,
        () => this.options("venues"),
        (error) => this.goWithout("venues", error),
      ),
      this.catalogue.djs(
        djIds,
        () => this.options("djs"),
        (error) => this.goWithout("djs", error),
      ),
    ]);
    return candidates.map(({ event, ranked, state }) => ({
      event,
      venue: venues.get(event.venueId),
      djs: event.djIds.flatMap((id) => djs.get(id) ?? []),
      ...ranked,
      saved: state?.saved,
      hidden: state?.hidden,
    }));
  }
}
