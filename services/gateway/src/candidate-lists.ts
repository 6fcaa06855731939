import type { MessageInitShape } from "@bufbuild/protobuf";
import type { EventFilterSchema } from "@craic/proto/craic/events/v1/event_service_pb.js";
import type { GetFeedRequest } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import type { RecommendedItem } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import type { RecommendResponse } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import type { Assembly, Candidate } from "./assembly.js";
import { fillPage, type PartialPage } from "./fill-page.js";
import { isAhead, startsBefore } from "./showable.js";
import type { Upstream } from "./upstream.js";

/** A page of a recommendation. */
export interface RecommendedPage extends PartialPage<Candidate> {
  readonly recommendation: RecommendResponse;
}

/** The lists of events that answers are made from. What must not be shown at this moment is not in them. */
export interface CandidateLists {
  /**
   * What the recommender ranks for the caller, best first; undefined while it is away.
   *
   * @param anonymousId of the caller's browser; "" where it has none
   */
  recommended(
    assembly: Assembly,
    request: Pick<GetFeedRequest, "cityId" | "startingBefore">,
    size: number,
    pageToken: string,
    anonymousId: string,
  ): Promise<RecommendedPage | undefined>;
  /** Events ahead that match a filter, soonest first. */
  soonest(
    assembly: Assembly,
    filter: MessageInitShape<typeof EventFilterSchema>,
    size: number,
    pageToken: string,
  ): Promise<PartialPage<Candidate>>;
  /** The ones of ranked events that are still fit to show, in their order. */
  showable(assembly: Assembly, ranked: readonly RecommendedItem[]): Promise<Candidate[]>;
}

export function createCandidateLists(
  { events, recommender }: Pick<Upstream, "events" | "recommender">,
  now: () => Date,
): CandidateLists {
  /** The ones that take place and are not over, in their order. */
  async function ahead(assembly: Assembly, ranked: readonly RecommendedItem[]): Promise<Candidate[]> {
    const found = await assembly.events(ranked.map(({ eventId }) => eventId));
    const nowMs = now().getTime();
    return ranked.flatMap(({ eventId, position, score, reasons }) => {
      const event = found.get(eventId);
      if (event === undefined || !isAhead(event, nowMs)) return [];
      return [{ event, ranked: { position, score, reasons } }];
    });
  }

  return {
    async showable(assembly, ranked) {
      const eventIds = ranked.map(({ eventId }) => eventId);
      const [candidates, states] = await Promise.all([ahead(assembly, ranked), assembly.states(eventIds)]);
      return candidates
        .map((candidate) => ({ ...candidate, state: states.get(candidate.event.eventId) }))
        .filter(({ state }) => !state?.hidden);
    },

    async recommended(assembly, { cityId, startingBefore }, size, firstToken, anonymousId) {
      let recommendation: RecommendResponse | undefined;
      const page = await fillPage<Candidate, undefined>(size, firstToken, async (limit, pageToken) => {
        const asked = { cityId, startingBefore, limit, pageToken, anonymousId };
        const answer = recommender.recommend(asked, assembly.options("recommender"));
        const read = await assembly.part("recommender", answer);
        if (read === undefined) return undefined;
        recommendation = read;
        // Nothing that the caller has saved or hidden is ever recommended, so that need not be asked.
        const current = ahead(assembly, read.items);
        const candidates = await (pageToken === firstToken
          ? assembly.required("events", current)
          : assembly.part("events", current));
        if (candidates === undefined) return undefined;
        const items = candidates.filter(
          ({ event }) => event.cityId === cityId && startsBefore(event, startingBefore),
        );
        return { items, nextPageToken: read.nextPageToken };
      });
      return page && recommendation && { ...page, recommendation };
    },

    soonest(assembly, filter, size, firstToken) {
      return fillPage<Candidate>(size, firstToken, async (limit, pageToken) => {
        const asked = { filter, pageSize: limit, pageToken };
        const answer = events.listEvents(asked, assembly.options("events"));
        const read = await assembly.required("events", answer);
        const states = await assembly.states(read.events.map(({ eventId }) => eventId));
        const nowMs = now().getTime();
        const items = read.events
          .map((event) => ({ event, state: states.get(event.eventId) }))
          .filter(({ event, state }) => isAhead(event, nowMs) && !state?.hidden);
        return { items, nextPageToken: read.nextPageToken };
      });
    },
  };
}
