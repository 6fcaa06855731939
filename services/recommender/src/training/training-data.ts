import type { Event } from "../catalogue/event.js";
import type { PlacedVenue } from "../catalogue/venue-places.js";
import type { StoredFeedback } from "../feedback/feedback-store.js";

/** What there is to learn from, as it was at one moment. */
export interface TrainingSnapshot {
  /** How many rows `feedback` gives. */
  countFeedback(): Promise<number>;
  /** Every event, some hundreds at a time. */
  events(): AsyncIterable<Event[]>;
  /** Where venues are. */
  venues(): Promise<PlacedVenue[]>;
  /** All feedback in order of arrival, some thousands at a time. */
  feedback(): AsyncIterable<StoredFeedback[]>;
}

export interface TrainingData {
  /**
   * Lets `read` see events and feedback as they are now: what is stored while it reads is not in what it sees. The
   * snapshot must not be used after `read` has returned.
   */
  atOneMoment<Result>(read: (snapshot: TrainingSnapshot) => Promise<Result>): Promise<Result>;
}
