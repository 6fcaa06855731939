import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { Algorithm as AlgorithmMessage } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import type {
  RecommenderService,
  RecommendRequest,
} from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { reasoned } from "@craic/runtime/errors.js";
import { onward } from "@craic/runtime/onward.js";
import { decodePageToken, encodePageToken } from "@craic/runtime/page-token.js";
import { subjectOf } from "@craic/runtime/principal.js";
import { requestIdOf } from "@craic/runtime/request-id.js";
import type { Feature } from "./catalogue/event-features.js";
import type { Names } from "./catalogue/names.js";
import type { FindPreferences } from "./catalogue/preferences.js";
import { tellerOf } from "./feedback/attribution.js";
import type { LiveState } from "./ranking/live-state.js";
import type { RankedLists } from "./ranking/ranked-lists.js";
import type { Continued, Listener, Page, Question, Ranking, Recommend } from "./ranking/recommend.js";
import { algorithmFromProto, algorithmToProto, itemToProto } from "./ranking/recommendation-to-proto.js";
import { noPreferences } from "./ranking/taste.js";
import type { Provenance } from "./traces/provenance.js";
import type { Assignments, Subject } from "./variants/assignments.js";
import type { ExperimentFeedback } from "./variants/experiment-feedback.js";
import { type Served, unassigned } from "./variants/served.js";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
/** What preferences may add to the time that an answer takes. */
const PREFERENCES_TIMEOUT_MS = 100;
/** The same for what somebody was shown of experiments, asked once about each while preferences are. */
const SHOWN_TIMEOUT_MS = 50;

export interface RecommendDependencies {
  readonly state: Pick<LiveState, "catalogue" | "behaviour">;
  readonly model: { rankingFor(channel: "control" | "treatment"): Ranking };
  readonly recommend: Pick<Recommend, "begin" | "continue">;
  readonly lists: Pick<RankedLists, "find">;
  readonly provenance: Pick<Provenance, "answered">;
  readonly assignments: Pick<Assignments, "isAny" | "learn" | "serve">;
  readonly experimentFeedback: Pick<ExperimentFeedback, "failed">;
  readonly findPreferences: FindPreferences;
  readonly namesOf: (features: readonly Feature[], context: HandlerContext) => Promise<Names>;
  readonly now: () => Date;
  /** A clock that is never set, in milliseconds since any instant. */
  readonly monotonicMs: () => number;
}

/** Where a later page begins. */
type RecommendCursor = readonly [recommendationId: string, listId: string, place: number];

/** The handler of Recommend; the contract is in recommender_service.proto. */
export function createRecommendHandler(
  dependencies: RecommendDependencies,
): ServiceImpl<typeof RecommenderService>["recommend"] {
  const { state, model, recommend, lists, provenance, assignments, experimentFeedback } = dependencies;
  const { findPreferences, namesOf, now, monotonicMs } = dependencies;

  /** Whom to rank for; meanwhile the assignments learn what they have been shown. */
  async function listenerOf(subject: Subject, isAssigned: boolean, context: HandlerContext) {
    const { userId } = subject;
    const within = (timeoutMs: number) => onward(context, { timeoutMs });
    const learning = isAssigned ? assignments.learn(subject, () => within(SHOWN_TIMEOUT_MS)) : undefined;
    const preferences =
      userId === "" ? noPreferences : await findPreferences(userId, within(PREFERENCES_TIMEOUT_MS));
    if (learning !== undefined) await learning;
    return { userId, preferences };
  }

  function held([recommendationId, listId, place]: RecommendCursor, nowMs: number): Continued {
    const list = lists.find(listId, nowMs);
    if (list !== undefined) return { recommendationId, list, place };
    const sentence = "the recommendation is no longer held; ask for a new one";
    throw reasoned(Code.NotFound, "RECOMMENDATION_EXPIRED", sentence);
  }

  return async (request, context) => {
    const beganMs = monotonicMs();
    const { anonymousId, cityId } = request;
    const userId = subjectOf(request.userId, context);
    const bound = [userId, cityId];
    const cursor = decodePageToken(request.pageToken, bound, isRecommendCursor);
    const subject = { userId, anonymousId, cityId, isNew: state.behaviour.isNew(userId) };
    const isAssigned = cursor === undefined && request.algorithm === AlgorithmMessage.UNSPECIFIED;
    const listener = await listenerOf(subject, isAssigned, context);
    const nowMs = now().getTime();
    const continued = cursor && held(cursor, nowMs);
    const served = continued?.list.served ?? (isAssigned ? assignments.serve(subject) : unassigned);
    const noteFailure = () => {
      const { authorization } = tellerOf(context, anonymousId);
      experimentFeedback.failed(served, subject, { occurMs: nowMs, authorization });
    };
    const ranking = model.rankingFor(served.channel);
    const limit = Math.min(request.limit || DEFAULT_LIMIT, MAX_LIMIT);
    const { recommendationId, list, page } = withFailureNoted(noteFailure, () =>
      continued === undefined
        ? recommend.begin(ranking, questionFrom(request, listener, served), limit, nowMs)
        : recommend.continue(ranking, listener, continued, limit, nowMs),
    );
    const next: RecommendCursor | undefined =
      page.nextPlace === undefined ? undefined : [recommendationId, list.listId, page.nextPlace];
    const names = await namesOf(featuresIn(page), context);
    // Nobody waits for the answer any more.
    if ((context.timeoutMs() ?? 1) <= 0) noteFailure();
    const answer = {
      recommendationId,
      items: page.items.map((item) => itemToProto(item, state.catalogue, names)),
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
      isNew: subject.isNew,
      manifest: list.manifest,
      isCached: recommendationId !== list.listId,
      latencyMs: monotonicMs() - beganMs,
      answeredMs: nowMs,
    });
    return {
      ...answer,
      anonymousIdUsed: isAssigned && userId === "" && anonymousId !== "" && assignments.isAny,
      nextPageToken: next === undefined ? "" : encodePageToken(next, bound),
    };
  };
}

/** What the reasons on a page are about. */
function featuresIn({ items }: Page): Feature[] {
  const features: Feature[] = [];
  for (const { reasons } of items) for (const { about } of reasons) features.push(...about);
  return features;
}

function withFailureNoted<Result>(noteFailure: () => void, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    noteFailure();
    throw error;
  }
}

function questionFrom(request: RecommendRequest, listener: Listener, served: Served): Question {
  const { cityId, endingAfter, startingBefore, algorithm, diversity } = request;
  return {
    listener,
    cityId,
    endingAfterMs: msOf(endingAfter),
    startingBeforeMs: msOf(startingBefore),
    wanted: algorithm === AlgorithmMessage.UNSPECIFIED ? served.algorithm : algorithmFromProto(algorithm),
    diversity,
    served,
  };
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
