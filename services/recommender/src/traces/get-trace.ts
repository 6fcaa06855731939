import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type {
  GetTraceRequest,
  GetTraceResponseSchema,
} from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import type { Trace } from "@craic/proto/craic/recommender/v1/trace_pb.js";
import { invalidArgument } from "@craic/runtime/errors.js";
import type { Feedback } from "../feedback/feedback.js";
import { feedbackToProto } from "../feedback/feedback-to-proto.js";
import type { Provenance, TraceRetention } from "./provenance.js";
import { unpackTrace } from "./trace-payload.js";
import type { TraceKey } from "./trace-store.js";

const MOST_TRACES = 100;
const MOST_FEEDBACK = 1_000;

/** The handler of GetTrace; the contract is in recommender_service.proto. */
export function createGetTrace({ store, retention }: Pick<Provenance, "store" | "retention">) {
  return async ({ key }: GetTraceRequest): Promise<MessageInitShape<typeof GetTraceResponseSchema>> => {
    const wanted = wantedBy(key);
    const found = await store.find(wanted, MOST_TRACES);
    if (found.length === 0) throw noTrace(wanted, retention);
    const traces = await Promise.all(found.map(({ payload }) => unpackTrace(payload)));
    const recommendations = new Map(traces.map((trace) => [trace.recommendationId, trace]));
    const named = await store.feedbackOn([...recommendations.values()], MOST_FEEDBACK);
    const feedback = named.filter(shownBy(traces));
    return { traces, feedback: feedback.map(feedbackToProto) };
  };
}

/** Whether feedback is on an event that its recommendation shows on one of these pages. */
function shownBy(pages: readonly Trace[]): (feedback: Feedback) => boolean {
  const shown = new Set(
    pages.flatMap(({ recommendationId, items }) =>
      items.map(({ eventId }) => `${recommendationId} ${eventId}`),
    ),
  );
  return ({ recommendationId, eventId }) => shown.has(`${recommendationId} ${eventId}`);
}

function wantedBy(key: GetTraceRequest["key"]): TraceKey {
  const description = "request_id or recommendation_id is required";
  if (key.case === undefined || key.value === "") throw invalidArgument({ field: "key", description });
  return key.case === "requestId" ? { requestId: key.value } : { recommendationId: key.value };
}

function noTrace(wanted: TraceKey, { sampledShare, days }: TraceRetention): ConnectError {
  const what =
    "requestId" in wanted ? `request "${wanted.requestId}"` : `recommendation "${wanted.recommendationId}"`;
  const kept =
    sampledShare === 1
      ? "recommendations"
      : `${Number((100 * sampledShare).toPrecision(6))}% of all recommendations`;
  return new ConnectError(
    `no trace of ${what}: those of ${kept} are kept for ${days} days, from a second after the answer on`,
    Code.NotFound,
  );
}
