import type { Variant } from "./experiment.js";
import { draftOf, type RecordedChange } from "./experiment-record.js";

const variant = (name: string, algorithm: string): Variant => ({
  name,
  weight: 0.25,
  algorithm,
  channel: "",
});

/** The experiment that comes with Craic, a draft: which way to rank people like best. */
export function shippedExperiment(nowMs: number): RecordedChange {
  const experimentId = "recommendation_algo_001";
  const record = draftOf(
    {
      experimentId,
      description: "Which way of ranking events makes people save more of them.",
      variants: [
        variant("control", "popularity"),
        variant("collaborative_filtering", "collaborative_filtering"),
        variant("content_based", "content_based"),
        variant("hybrid", "hybrid"),
      ],
      seed: experimentId,
      coverage: 1,
      namespace: undefined,
      holdout: 0,
      overrides: new Map(),
      targeting: { cityIds: [], audience: "" },
      pauseOnHarm: true,
      primaryMetrics: ["save"],
    },
    nowMs,
  );
  return { record, changeMs: nowMs, changedBy: "craic" };
}
