import type { Participation, Person } from "./person.js";

/** One row of what is kept of everybody. */
export interface ParticipantRow {
  readonly userId: string;
  readonly participation: Participation;
}

/** Keeps who took part in what. Throws StoreAway while it cannot be reached. */
export interface AssignmentStore {
  /** Somebody of whom nothing is kept is a stranger. */
  find(userId: string): Promise<Person>;
  /**
   * Writes what differs between two states of a person, and returns the second one as it is then; undefined if somebody else
   * has written any of it since `before` was read. Some may have been written then: read again and start over.
   */
  save(before: Person, after: Person): Promise<Person | undefined>;
  /** Everybody's part in everything, a page at a time, in no order. */
  scan(): AsyncIterable<readonly ParticipantRow[]>;
}
