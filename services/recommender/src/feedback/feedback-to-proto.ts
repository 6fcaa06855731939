import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type FeedbackSchema,
  FeedbackKind as KindMessage,
} from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import type { Feedback, FeedbackKind } from "./feedback.js";

const kindMessages: Readonly<Record<FeedbackKind, KindMessage>> = {
  save: KindMessage.SAVE,
  unsave: KindMessage.UNSAVE,
  hide: KindMessage.HIDE,
  unhide: KindMessage.UNHIDE,
  click: KindMessage.CLICK,
  impression: KindMessage.IMPRESSION,
};

export function feedbackToProto({
  kind,
  occurMs,
  ...ids
}: Feedback): MessageInitShape<typeof FeedbackSchema> {
  return { ...ids, kind: kindMessages[kind], occurTime: timestampFromMs(occurMs) };
}
