import type { Interactions } from "./data-set.js";

/** What an algorithm is asked: to rank candidates for a user, of which some turned out to be what they wanted. */
export interface Question {
  readonly user: number;
  /** What the user is known to have done. */
  readonly history: number;
  /** When it is asked, milliseconds since 1970. */
  readonly atMs: number;
  /** How many of the split's `later` interactions are known when it is asked: those before it. */
  readonly known: number;
  /** The items that the user wanted; all of them are candidates. */
  readonly relevant: Uint32Array;
  /** Everything to rank, in no order that says anything. Made anew at each call, because all lists at once are large. */
  candidates(): Uint32Array;
}

/** What algorithms learn from, and what comes after. */
export interface Split {
  readonly train: Interactions;
  /** Becomes known bit by bit as questions are asked; empty where each algorithm stays as it was trained. */
  readonly later: Interactions;
  /** In order of `known`. */
  readonly questions: readonly Question[];
}
