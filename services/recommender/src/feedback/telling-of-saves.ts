import type { FeedbackStore } from "./feedback-store.js";

/** A store that tells from which recommendations events are saved, once that is stored for the first time. */
export function tellingOfSaves(
  store: FeedbackStore,
  saved: (recommendationId: string) => void,
): FeedbackStore {
  return {
    ...store,
    async insert(batch) {
      const stored = await store.insert(batch);
      for (const { kind, recommendationId } of stored) {
        if (kind === "save" && recommendationId !== "") saved(recommendationId);
      }
      return stored;
    },
  };
}
