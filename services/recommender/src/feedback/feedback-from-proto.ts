import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, type HandlerContext } from "@connectrpc/connect";
import {
  type Feedback as FeedbackMessage,
  FeedbackKind as KindMessage,
} from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import type { RecordFeedbackRequest } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { type FieldViolation, invalidArgument, reasoned } from "@craic/runtime/errors.js";
import { subjectOf } from "@craic/runtime/principal.js";
import type { Feedback, FeedbackKind } from "./feedback.js";

/** Clocks of phones may be fast. */
const MOST_AHEAD_MS = 5 * 60_000;
const MOST_BACK_YEARS = 10;

const kinds: Readonly<Record<KindMessage, FeedbackKind | undefined>> = {
  [KindMessage.UNSPECIFIED]: undefined,
  [KindMessage.SAVE]: "save",
  [KindMessage.UNSAVE]: "unsave",
  [KindMessage.HIDE]: "hide",
  [KindMessage.UNHIDE]: "unhide",
  [KindMessage.CLICK]: "click",
  [KindMessage.IMPRESSION]: "impression",
};

/** UNAUTHENTICATED for what nobody may tell of who is not signed in: all but what was on the screen in their browser. */
export function checkBrowserFeedback({ feedback, anonymousId }: RecordFeedbackRequest): void {
  const isOpen = feedback.every(({ kind }) => kind === KindMessage.IMPRESSION || kind === KindMessage.CLICK);
  if (anonymousId === "" || !isOpen)
    throw reasoned(Code.Unauthenticated, "TOKEN_MISSING", "sign in to do this");
}

/**
 * A batch as it is stored. INVALID_ARGUMENT if any of it is not what the field options cannot say; names every
 * field. PERMISSION_DENIED if some of it is about a person whom the caller may not speak for.
 */
export function feedbackFromProto(
  batch: readonly FeedbackMessage[],
  context: Pick<HandlerContext, "values">,
  now: Date,
): Feedback[] {
  const earliest = new Date(now);
  earliest.setUTCFullYear(now.getUTCFullYear() - MOST_BACK_YEARS);
  const violations: FieldViolation[] = [];
  const feedback = batch.map((message, i): Feedback => {
    const occurMs =
      message.occurTime === undefined ? now.getTime() : Math.floor(timestampMs(message.occurTime));
    const field = `feedback[${i}].occur_time`;
    if (occurMs > now.getTime() + MOST_AHEAD_MS) {
      violations.push({ field, description: "is more than 5 minutes ahead of now" });
    } else if (occurMs < earliest.getTime()) {
      violations.push({ field, description: `is more than ${MOST_BACK_YEARS} years back` });
    }
    const kind = kinds[message.kind];
    if (kind === undefined)
      violations.push({ field: `feedback[${i}].kind`, description: "is not one that we know" });
    return {
      feedbackId: message.feedbackId,
      userId: subjectOf(message.userId, context),
      eventId: message.eventId,
      kind: kind ?? "impression",
      occurMs,
      recommendationId: message.recommendationId,
      position: message.position,
    };
  });
  if (violations.length > 0) throw invalidArgument(...violations);
  return feedback;
}
