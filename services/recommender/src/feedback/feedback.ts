/** What a person did with an event. */
export type FeedbackKind = "save" | "unsave" | "hide" | "unhide" | "click" | "impression";

/** One thing that a person did with one event. */
export interface Feedback {
  readonly feedbackId: string;
  readonly userId: string;
  readonly eventId: string;
  readonly kind: FeedbackKind;
  readonly occurMs: number;
  /** "" when the event was not shown by a recommendation. */
  readonly recommendationId: string;
  /** 1 for the top; 0 when not shown by a recommendation. */
  readonly position: number;
}

/**
 * How much a person likes an event that they saved, 1 by definition, or only opened. Opening is often
 * curiosity: four of them weigh what one save does. Hiding takes any liking away, and counts against what
 * resembles the event. Having had an event on the screen and passed it over says little about what resembles
 * it; the event itself sinks a little. See taste.ts and scoring.ts.
 */
export const SAVE_LIKING = 1;
export const CLICK_LIKING = 0.25;
