import type { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";

/** One thing the person did, in the form it waits in until the server has it. */
export interface FeedbackEntry {
  /** UUID made here, so that sending twice counts once. */
  readonly feedbackId: string;
  readonly eventId: string;
  readonly kind: FeedbackKind;
  /** By the server's clock. */
  readonly occurMs: number;
  /** Empty when no recommendation showed the event. */
  readonly recommendationId: string;
  /** 1 for the top; 0 outside a recommendation. */
  readonly position: number;
}
