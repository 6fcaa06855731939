import type { Event } from "./event.js";

/** The recommender's own copy of every event, so that it starts and serves without the events service. */
export interface MirrorStore {
  /** Every event, some hundreds at a time. */
  readAll(): AsyncIterable<Event[]>;
  /** How far the mirror has followed; "" when it has not begun. */
  resumeToken(): Promise<string>;
  /**
   * Takes in events, or their newest states, and then how far that leads: a kill in between makes the mirror
   * hear some changes twice, and miss none. A state older than the one that is kept is passed over: several
   * replicas write the same mirror, one perhaps behind another.
   */
  save(events: readonly Event[], resumeToken: string): Promise<void>;
}
