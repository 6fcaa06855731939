import type { Algorithm } from "../ranking/ranker.js";

/** What is served to somebody: by which experiment, and what to rank with. */
export interface Served {
  /** "" for who takes part in no experiment. */
  readonly experimentId: string;
  readonly variant: string;
  readonly algorithm: Algorithm;
  /** Whose model ranks. */
  readonly channel: "control" | "treatment";
}

/** What everybody gets who takes part in no experiment. */
export const unassigned: Served = { experimentId: "", variant: "", algorithm: "blend", channel: "control" };
