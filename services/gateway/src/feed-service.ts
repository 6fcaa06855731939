import { clone, create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { EventFilterSchema } from "@craic/proto/craic/events/v1/event_service_pb.js";
import type { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import type { SimilarEventsResponse } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { notFound } from "@craic/runtime/errors.js";
import type { Logger } from "@craic/runtime/log.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";
import { Assembly, type Candidate } from "./assembly.js";
import type { BrowserIds } from "./browser-id.js";
import { createCandidateLists } from "./candidate-lists.js";
import { createCatalogue } from "./catalogue.js";
import { decodeListToken, encodeListToken } from "./list-token.js";
import type { Upstream } from "./upstream.js";

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;
const MAX_SIMILAR = 6;
/** Some of the similar events may turn out to be over. */
const SIMILAR_ASKED = 9;
/** In an outage every answer goes without something, which is news once in a while. */
const WARN_EVERY_MS = 10_000;

export interface FeedServiceDeps {
  readonly upstream: Upstream;
  readonly browserIds: BrowserIds;
  readonly now: () => Date;
  readonly log: Logger;
}

/** The handlers of craic.gateway.v1.FeedService; the contract is in its .proto file. */
export function createFeedService({
  upstream,
  browserIds,
  now,
  log,
}: FeedServiceDeps): ServiceImpl<typeof FeedService> {
  const { events, recommender } = upstream;
  const catalogue = createCatalogue(upstream, now);
  const lists = createCandidateLists(upstream, now);
  const warn = throttledWarning(log, WARN_EVERY_MS, now);
  const assemble = (context: HandlerContext) => new Assembly(upstream, catalogue, context, warn);

  return {
    async getFeed(request, context) {
      const assembly = assemble(context);
      const size = pageLimit(request.pageSize);
      const token = decodeListToken(request.pageToken, ["recommended", "soonest"]);
      if (token?.list !== "soonest") {
        const browserId = browserIds.forFeed(context);
        const page = await lists.recommended(assembly, request, size, token?.inner ?? "", browserId);
        if (page !== undefined) {
          const { recommendationId, modelVersion, experimentId, variant, anonymousIdUsed } =
            page.recommendation;
          if (anonymousIdUsed) browserIds.keep(browserId, context);
          return {
            items: await assembly.items(page.items),
            nextPageToken: encodeListToken("recommended", page.nextPageToken),
            recommendationId,
            modelVersion,
            experimentId,
            variant,
            degraded: assembly.degraded,
          };
        }
      }
      // The pages after a first one without recommendations stay without, so that none of their events comes twice.
      assembly.leaveOut("recommender");
      const { cityId, startingBefore } = request;
      const inner = token?.list === "soonest" ? token.inner : "";
      const page = await lists.soonest(assembly, { cityId, startingBefore }, size, inner);
      return {
        items: await assembly.items(page.items),
        nextPageToken: encodeListToken("soonest", page.nextPageToken),
        degraded: assembly.degraded,
      };
    },

    async searchEvents({ filter, pageSize, pageToken }, context) {
      const assembly = assemble(context);
      const token = decodeListToken(pageToken, ["ahead", "later"]);
      // An instant that has passed would list what is over. Which of the two was meant is decided on the first
      // page and kept: between two pages the instant may pass.
      const endingAfter = filter?.endingAfter;
      const isLater = endingAfter !== undefined && timestampMs(endingAfter) > now().getTime();
      const list = token?.list ?? (isLater ? "later" : "ahead");
      const narrowed = filter ? clone(EventFilterSchema, filter) : create(EventFilterSchema);
      if (list === "ahead") narrowed.endingAfter = undefined;
      const page = await lists.soonest(assembly, narrowed, pageLimit(pageSize), token?.inner ?? "");
      return {
        items: await assembly.items(page.items),
        nextPageToken: encodeListToken(list, page.nextPageToken),
        degraded: assembly.degraded,
      };
    },

    async getEventPage({ eventId }, context) {
      const assembly = assemble(context);
      const asked = recommender.similarEvents(
        { eventId, limit: SIMILAR_ASKED },
        assembly.options("recommender"),
      );
      const [found, resembling] = await Promise.all([
        assembly.required("events", assembly.events([eventId])),
        assembly.part("recommender", asked.catch(noneOfUnknown)),
      ]);
      const event = found.get(eventId);
      if (event === undefined) throw notFound("event", eventId);
      const [states, similar] = await Promise.all([
        assembly.states([eventId]),
        assembly.part("events", lists.showable(assembly, resembling?.items ?? [])),
      ]);
      const shown = (similar ?? []).slice(0, MAX_SIMILAR).map(outsideRecommendation);
      const [items, cities] = await Promise.all([
        assembly.items([{ event, state: states.get(eventId) }, ...shown]),
        catalogue.cities(
          [event.cityId],
          () => assembly.options("venues"),
          (error) => assembly.goWithout("venues", error),
        ),
      ]);
      const [item, ...rest] = items;
      return { item, city: cities.get(event.cityId), similar: rest, degraded: assembly.degraded };
    },

    async listSaved({ pageSize, pageToken }, context) {
      const assembly = assemble(context);
      const asked = { pageSize: pageLimit(pageSize), pageToken };
      const page = await assembly.required(
        "recommender",
        recommender.listSavedEvents(asked, assembly.options("recommender")),
      );
      const eventIds = page.saved.map(({ eventId }) => eventId);
      const [found, states] = await Promise.all([
        assembly.required("events", assembly.events(eventIds)),
        assembly.states(eventIds),
      ]);
      const candidates = eventIds.flatMap((eventId): Candidate[] => {
        const event = found.get(eventId);
        const hidden = states.get(eventId)?.hidden ?? false;
        return event === undefined ? [] : [{ event, state: { saved: true, hidden } }];
      });
      return {
        items: await assembly.items(candidates),
        nextPageToken: page.nextPageToken,
        degraded: assembly.degraded,
      };
    },

    async listCities(_, context) {
      const assembly = assemble(context);
      const counted = await assembly.required(
        "events",
        events.countEventsByCity({}, assembly.options("events")),
      );
      const cityIds = counted.cities.map(({ cityId }) => cityId);
      const cities = await assembly.required(
        "venues",
        catalogue.cities(cityIds, () => assembly.options("venues")),
      );
      return {
        cities: counted.cities.flatMap(({ cityId, eventsAhead }) => {
          const city = cities.get(cityId);
          return city === undefined ? [] : [{ city, eventsAhead }];
        }),
      };
    },
  };
}

function pageLimit(pageSize: number): number {
  return Math.min(pageSize || DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
}

/** An event that the recommender has not heard of yet resembles nothing so far. */
function noneOfUnknown(error: unknown): Pick<SimilarEventsResponse, "items"> {
  if (ConnectError.from(error).code === Code.NotFound) return { items: [] };
  throw error;
}

/** What resembles an event was ranked, but stands in no recommendation. */
function outsideRecommendation(candidate: Candidate): Candidate {
  return candidate.ranked ? { ...candidate, ranked: { ...candidate.ranked, position: 0 } } : candidate;
}
