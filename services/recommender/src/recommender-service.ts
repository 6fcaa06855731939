import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { BadRequestSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { notFound } from "@craic/runtime/errors.js";
import { onward } from "@craic/runtime/onward.js";
import { cutPage, decodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import { principalKey, subjectOf } from "@craic/runtime/principal.js";
import type { Feature } from "./catalogue/event-features.js";
import type { FindNames } from "./catalogue/names.js";
import { tellerOf } from "./feedback/attribution.js";
import { checkBrowserFeedback, feedbackFromProto } from "./feedback/feedback-from-proto.js";
import type { FeedbackStore } from "./feedback/feedback-store.js";
import { isSavedCursor, savedAfter } from "./feedback/saved-events.js";
import { modelToProto } from "./models/model-to-proto.js";
import type { LiveState } from "./ranking/live-state.js";
import type { Ranking } from "./ranking/recommend.js";
import { similarToProto } from "./ranking/recommendation-to-proto.js";
import { similarEvents } from "./ranking/similar-events.js";
import { createRecommendHandler, type RecommendDependencies } from "./recommend-handler.js";
import { createGetTrace } from "./traces/get-trace.js";
import type { Provenance } from "./traces/provenance.js";
import type { ExperimentFeedback } from "./variants/experiment-feedback.js";

const DEFAULT_SIMILAR = 6;
const MAX_SIMILAR = 50;
/** What names may add to the time that an answer takes. */
const NAMES_TIMEOUT_MS = 100;

export interface RecommenderDependencies extends Omit<RecommendDependencies, "namesOf"> {
  readonly state: LiveState;
  readonly store: FeedbackStore;
  readonly model: Ranking & RecommendDependencies["model"];
  readonly provenance: Provenance;
  readonly experimentFeedback: Pick<ExperimentFeedback, "told" | "failed">;
  readonly findNames: FindNames;
}

/** The handlers of craic.recommender.v1.RecommenderService; the contract is in its .proto file. */
export function createRecommenderService(
  dependencies: RecommenderDependencies,
): ServiceImpl<typeof RecommenderService> {
  const { state, store, model, provenance, experimentFeedback, findNames, now } = dependencies;
  const { catalogue, behaviour } = state;

  function namesOf(features: readonly Feature[], context: HandlerContext) {
    return findNames(features, () => onward(context, { timeoutMs: NAMES_TIMEOUT_MS }));
  }

  return {
    recommend: createRecommendHandler({ ...dependencies, namesOf }),

    async similarEvents(request, context) {
      const event = catalogue.events.find(request.eventId);
      if (!catalogue.isKnown(event)) throw notFound("event", request.eventId);
      const userId = subjectOf("", context);
      const user = userId === "" ? -1 : behaviour.users.find(userId);
      const limit = Math.min(request.limit || DEFAULT_SIMILAR, MAX_SIMILAR);
      const { rarities } = model.ranker;
      const similar = similarEvents(state, rarities, event, user, request.cityId, limit, now().getTime());
      const names = await namesOf(
        similar.flatMap(({ shared }) => shared.map(({ feature }) => feature)),
        context,
      );
      return { items: similar.map((each, i) => similarToProto(each, i + 1, catalogue, names)) };
    },

    async recordFeedback(request, context) {
      const { userId: tellerId } = context.values.get(principalKey);
      if (tellerId === "") checkBrowserFeedback(request);
      const batch = feedbackFromProto(request.feedback, context, now());
      const unknown = batch.findIndex(({ eventId }) => !catalogue.isKnown(catalogue.events.find(eventId)));
      if (unknown >= 0) throw noSuchEvent(`feedback[${unknown}].event_id`, batch[unknown]!.eventId);
      const teller = tellerOf(context, request.anonymousId);
      if (tellerId === "") {
        provenance.told(batch, teller);
        experimentFeedback.told(batch, teller, false);
        return { recorded: batch.length, duplicates: 0 };
      }
      const stored = await store.insert(batch);
      for (const { userId, eventId, kind, occurMs } of stored) {
        state.applyFeedback(behaviour.userNumber(userId), catalogue.eventNumber(eventId), kind, occurMs);
      }
      provenance.told(stored, teller);
      experimentFeedback.told(
        stored,
        teller,
        stored.every(({ userId }) => userId === tellerId),
      );
      return { recorded: stored.length, duplicates: batch.length - stored.length };
    },

    async listSavedEvents(request, context) {
      const userId = subjectOf(request.userId, context);
      const cursor = decodePageToken(request.pageToken, [userId], isSavedCursor);
      const limit = pageLimit(request.pageSize);
      const found = savedAfter(state, userId, cursor, limit + 1);
      const { rows, nextPageToken } = cutPage(found, limit, ({ savedMs, eventId }) => [savedMs, eventId], [
        userId,
      ]);
      const saved = rows.map(({ eventId, savedMs }) => ({ eventId, saveTime: timestampFromMs(savedMs) }));
      return { saved, nextPageToken };
    },

    async batchGetEventStates(request, context) {
      const user = behaviour.users.find(subjectOf(request.userId, context));
      return {
        states: request.eventIds.map((eventId) => {
          const slot = behaviour.find(user, catalogue.events.find(eventId));
          return { eventId, saved: behaviour.isSavedAt(slot), hidden: behaviour.isHiddenAt(slot) };
        }),
      };
    },

    getTrace: createGetTrace(provenance),

    async getModelInfo() {
      const { manifest } = model;
      return { model: manifest && modelToProto(manifest) };
    },
  };
}

function noSuchEvent(field: string, eventId: string): ConnectError {
  const description = `no event "${eventId}"`;
  return new ConnectError(`${field}: ${description}`, Code.NotFound, undefined, [
    {
      desc: BadRequestSchema,
      value: create(BadRequestSchema, { fieldViolations: [{ field, description }] }),
    },
  ]);
}
