import type { ExperimentRecord, RecordedChange } from "./experiment-record.js";

/** Keeps experiments and every state that they were in. Throws StoreAway while it cannot be reached. */
export interface ExperimentStore {
  find(experimentId: string): Promise<RecordedChange | undefined>;
  /** All experiments as they are, in no order. */
  list(): Promise<ExperimentRecord[]>;
  /** False if there is one of that id. */
  create(change: RecordedChange): Promise<boolean>;
  /** Puts `after` in the place of the revision before it, which stays in the history; false if that is not the latest. */
  replace(before: RecordedChange, after: RecordedChange): Promise<boolean>;
  /** The states that an experiment was in, the latest first, from one revision down. */
  history(experimentId: string, fromRevision: number, limit: number): Promise<RecordedChange[]>;
}
