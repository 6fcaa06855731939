import type { LiveState } from "../ranking/live-state.js";
import type { FeedbackLog } from "./feedback-log.js";

/** What the parts of a model are learned from. */
export interface LearningData {
  /** Every event and person. What people did is in the log alone: see LiveState.beforeAnything(). */
  readonly known: LiveState;
  readonly log: FeedbackLog;
  /** Where in the log the test begins: no part may look at the rows from here on. */
  readonly until: number;
  /** Places in the log of the discoveries, all before `until`, that hyper-parameters and weights are chosen by. */
  readonly validation: Uint32Array;
  readonly random: () => number;
  /** To be called often, with the share of the part's work that is done, so that others can run. */
  readonly rest: (share: number) => Promise<void>;
}

/** What a part is learned with apart from data, by name: see ModelManifest.recipe. */
export type Recipe = Readonly<Record<string, string | number>>;
