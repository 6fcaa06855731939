import type { Interactions, ItemDetails } from "./data-set.js";
import type { Split } from "./question.js";

/** A number that an algorithm can be set to, and where a search may look for it. */
export interface Parameter {
  readonly preset: number;
  readonly from: number;
  readonly to: number;
  /** "log" tries 0.1 and 1 as far apart as 1 and 10. */
  readonly scale: "linear" | "log";
  readonly whole?: boolean;
  /** Beyond it nothing can work; a thousand million where it is left out. What a search tries stays below. */
  readonly most?: number;
  /** Left as it is by a search. */
  readonly fixed?: boolean;
}

export type Settings = Readonly<Record<string, number>>;

/** What an algorithm is trained with. */
export interface Training {
  readonly users: number;
  readonly items: number;
  readonly interactions: Interactions;
  /** Descriptions of all items, those never seen in training too: they are known when an event is announced. */
  readonly details: readonly ItemDetails[] | undefined;
  readonly seed: number;
  readonly threads: number;
  /**
   * Holds a validation part out of interactions, in the way in which the test was held out of the data. What is held
   * out is ranked among so many sampled negatives, or as in the test when that is left out.
   */
  readonly carve: (interactions: Interactions, negatives?: number) => Split;
  /** Trains another algorithm, as it is set, on these interactions: for those that are made of others. */
  readonly fit: (name: string, interactions: Interactions) => Promise<Scorer>;
}

/** Whom candidates are scored for, and when. */
export interface Asker {
  readonly user: number;
  readonly atMs: number;
}

/** An algorithm after training. */
export interface Scorer {
  /** Takes in an interaction that came after training. */
  observe?(user: number, item: number, timeMs: number): void;
  /** Writes the score of candidates[i] into scores[i]; higher is better, equal where it cannot tell. */
  score(asker: Asker, candidates: Uint32Array, scores: Float64Array): void;
  /** What was learned, in a line, where it can be said in one. */
  explain?(): string;
}

/** A way to rank. */
export interface Algorithm {
  readonly name: string;
  /** In one clause, for --help. */
  readonly summary: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** What the data has to say of its items; nothing where it is left out. */
  readonly needs?: "descriptions" | "events";
  fit(training: Training, settings: Settings): Promise<Scorer>;
}
