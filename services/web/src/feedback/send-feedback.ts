import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Transport } from "@connectrpc/connect";
import { callUnaryMethod } from "@connectrpc/connect-query";
import { FeedbackKind, FeedbackSchema } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import type { Deed, FeedbackEntry } from "./feedback-entry.js";

const KINDS: Readonly<Record<Deed, FeedbackKind>> = {
  save: FeedbackKind.SAVE,
  unsave: FeedbackKind.UNSAVE,
  hide: FeedbackKind.HIDE,
  unhide: FeedbackKind.UNHIDE,
  click: FeedbackKind.CLICK,
  impression: FeedbackKind.IMPRESSION,
};

/**
 * Sends a batch, which the server takes whole or not at all. In a module of its own, with all that
 * it needs of the protos: those who only look around never fetch it.
 */
export function sendFeedback(transport: Transport, entries: readonly FeedbackEntry[]): Promise<unknown> {
  const feedback = entries.map(({ deed, occurMs, ...rest }) =>
    create(FeedbackSchema, { ...rest, kind: KINDS[deed], occurTime: timestampFromMs(occurMs) }),
  );
  return callUnaryMethod(transport, RecommenderService.method.recordFeedback, { feedback });
}
