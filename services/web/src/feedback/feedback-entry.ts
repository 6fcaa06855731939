/** What a person can do with an event: a FeedbackKind, by a name that stays readable in storage. */
export type Deed = "save" | "unsave" | "hide" | "unhide" | "click" | "impression";

/** One thing the person did, in the form it waits in until the server has it. */
export interface FeedbackEntry {
  /** UUID made here, so that sending twice counts once. */
  readonly feedbackId: string;
  readonly eventId: string;
  readonly deed: Deed;
  /** By the server's clock. */
  readonly occurMs: number;
  /** Empty when no recommendation showed the event. */
  readonly recommendationId: string;
  /** 1 for the top; 0 outside a recommendation. */
  readonly position: number;
}
