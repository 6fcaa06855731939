import { create } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { Algorithm as AlgorithmMessage } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import type { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { BadRequestSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { notFound, reasoned } from "@craic/runtime/errors.js";
import { onward } from "@craic/runtime/onward.js";
import { cutPage, decodePageToken, encodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import { principalKey, subjectOf } from "@craic/runtime/principal.js";
import { requestIdOf } from "@craic/runtime/request-id.js";
import type { Feature } from "./catalogue/event-features.js";
import type { FindNames } from "./catalogue/names.js";
import type { FindPreferences } from "./catalogue/preferences.js";
import type { Teller } from "./feedback/attribution.js";
import { checkBrowserFeedback, feedbackFromProto } from "./feedback/feedback-from-proto.js";
import type { FeedbackStore } from "./feedback/feedback-store.js";
import { isSavedCursor, savedAfter } from "./feedback/saved-events.js";
import { modelToProto } from "./models/model-to-proto.js";
import type { LiveState } from "./ranking/live-state.js";
import type { RankedLists } from "./ranking/ranked-lists.js";
import type { Continued, Ranking, Recommend } from "./ranking/recommend.js";
import {
  algorithmFromProto,
  algorithmToProto,
  itemToProto,
  namedIn,
  similarToProto,
} from "./ranking/recommendation-to-proto.js";
import { similarEvents } from "./ranking/similar-events.js";
import { noPreferences } from "./ranking/taste.js";
import { createGetTrace } from "./traces/get-trace.js";
import type { Provenance } from "./traces/provenance.js";
import type { Assignments } from "./variants/assignments.js";
import type { ExperimentFeedback } from "./variants/experiment-feedback.js";
import { unassigned } from "./variants/served.js";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const DEFAULT_SIMILAR = 6;
const MAX_SIMILAR = 50;
/** What others may add to the time that an answer takes, each: preferences, and then names. */
const DEPENDENCY_TIMEOUT_MS = 100;
/** The same for what somebody was shown of experiments, asked once about each while preferences are. */
const SHOWN_TIMEOUT_MS = 50;

export interface RecommenderDependencies {
  readonly state: LiveState;
  readonly store: FeedbackStore;
  readonly model: Ranking & { rankingFor(channel: "control" | "treatment"): Ranking };
  readonly recommend: Pick<Recommend, "begin" | "continue">;
  readonly lists: RankedLists;
  readonly provenance: Provenance;
  readonly assignments: Pick<Assignments, "isAny" | "learn" | "serve">;
  readonly experimentFeedback: Pick<ExperimentFeedback, "told" | "failed">;
  readonly findPreferences: FindPreferences;
  readonly findNames: FindNames;
  readonly now: () => Date;
  /** A clock that is never set, in milliseconds since any instant. */
  readonly monotonicMs: () => number;
}

/** Where a later page begins. */
type RecommendCursor = readonly [recommendationId: string, listId: string, place: number];

/** The handlers of craic.recommender.v1.RecommenderService; the contract is in its .proto file. */
export function createRecommenderService({
  state,
  store,
  model,
  recommend,
  lists,
  provenance,
  assignments,
  experimentFeedback,
  findPreferences,
  findNames,
  now,
  monotonicMs,
}: RecommenderDependencies): ServiceImpl<typeof RecommenderService> {
  const { catalogue, behaviour } = state;

  function namesOf(features: readonly Feature[], context: HandlerContext) {
    const { venueIds, djIds } = namedIn(features);
    return findNames(venueIds, djIds, () => onward(context, { timeoutMs: DEPENDENCY_TIMEOUT_MS }));
  }

  function held([recommendationId, listId, place]: RecommendCursor, nowMs: number): Continued {
    const list = lists.find(listId, nowMs);
    if (list !== undefined) return { recommendationId, list, place };
    const sentence = "the recommendation is no longer held; ask for a new one";
    throw reasoned(Code.NotFound, "RECOMMENDATION_EXPIRED", sentence);
  }

  return {
    async recommend(request, context) {
      const beganMs = monotonicMs();
      const userId = subjectOf(request.userId, context);
      const bound = [userId, request.cityId];
      const cursor = decodePageToken(request.pageToken, bound, isRecommendCursor);
      const { anonymousId, cityId } = request;
      const isNew = behaviour.isNew(userId);
      const subject = { userId, anonymousId, cityId, isNew };
      const isAssigned = cursor === undefined && request.algorithm === AlgorithmMessage.UNSPECIFIED;
      const learning = isAssigned
        ? assignments.learn(subject, () => onward(context, { timeoutMs: SHOWN_TIMEOUT_MS }))
        : undefined;
      const preferences =
        userId === ""
          ? noPreferences
          : await findPreferences(userId, onward(context, { timeoutMs: DEPENDENCY_TIMEOUT_MS }));
      if (learning !== undefined) await learning;
      const listener = { userId, preferences };
      const limit = Math.min(request.limit || DEFAULT_LIMIT, MAX_LIMIT);
      const nowMs = now().getTime();
      const answerNow = () => {
        if (cursor !== undefined) {
          const continued = held(cursor, nowMs);
          const ranking = model.rankingFor(continued.list.served.channel);
          return recommend.continue(ranking, listener, continued, limit, nowMs);
        }
        const served = isAssigned ? assignments.serve(subject) : unassigned;
        const question = {
          listener,
          cityId,
          endingAfterMs: msOf(request.endingAfter),
          startingBeforeMs: msOf(request.startingBefore),
          wanted: isAssigned ? served.algorithm : algorithmFromProto(request.algorithm),
          diversity: request.diversity,
          served,
        };
        try {
          return recommend.begin(model.rankingFor(served.channel), question, limit, nowMs);
        } catch (error) {
          const { authorization } = tellerOf(context, anonymousId);
          experimentFeedback.failed(served, subject, { occurMs: nowMs, authorization });
          throw error;
        }
      };
      const { recommendationId, list, page } = answerNow();
      const next: RecommendCursor | undefined =
        page.nextPlace === undefined ? undefined : [recommendationId, list.listId, page.nextPlace];
      const names = await namesOf(
        page.items.flatMap(({ reasons }) => reasons.flatMap(({ about }) => about)),
        context,
      );
      const answer = {
        recommendationId,
        items: page.items.map((item) => itemToProto(item, catalogue, names)),
        modelVersion: list.modelVersion,
        variant: list.served.variant,
        experimentId: list.served.experimentId,
        algorithm: algorithmToProto(list.algorithm),
      };
      provenance.answered({
        ...answer,
        requestId: requestIdOf({ header: context.requestHeader }),
        userId,
        cityId,
        isNew,
        manifest: list.manifest,
        isCached: recommendationId !== list.listId,
        latencyMs: monotonicMs() - beganMs,
        answeredMs: nowMs,
      });
      const anonymousIdUsed = isAssigned && userId === "" && anonymousId !== "" && assignments.isAny;
      return {
        ...answer,
        anonymousIdUsed,
        nextPageToken: next === undefined ? "" : encodePageToken(next, bound),
      };
    },

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

function tellerOf({ requestHeader }: HandlerContext, anonymousId: string): Teller {
  return { authorization: requestHeader.get("authorization") ?? "", anonymousId };
}

function msOf(timestamp: Timestamp | undefined): number | undefined {
  return timestamp && timestampMs(timestamp);
}

function isRecommendCursor(value: unknown): value is RecommendCursor {
  return (
    Array.isArray(value) &&
    typeof value[0] === "string" &&
    typeof value[1] === "string" &&
    Number.isInteger(value[2]) &&
    (value[2] as number) > 0
  );
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
