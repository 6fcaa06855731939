import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Transport } from "@connectrpc/connect";
import { callUnaryMethod } from "@connectrpc/connect-query";
import { FeedbackSchema } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import type { FeedbackEntry } from "./feedback-entry.js";

/** Sends a batch, which the server takes whole or not at all. A module of its own: few who look around need it. */
export function sendFeedback(transport: Transport, entries: readonly FeedbackEntry[]): Promise<unknown> {
  const feedback = entries.map(({ occurMs, ...rest }) =>
    create(FeedbackSchema, { ...rest, occurTime: timestampFromMs(occurMs) }),
  );
  return callUnaryMethod(transport, RecommenderService.method.recordFeedback, { feedback });
}
