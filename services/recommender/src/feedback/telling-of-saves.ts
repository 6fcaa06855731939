import type { FeedbackStore } from "./feedback-store.js";

/** A store that tells from which recommendations events are saved, and by whom, once that is stored for the first time. */
export function tellingOfSaves(
  store: FeedbackStore,
  saved: (recommendationId: string, userId: string) => void,
): FeedbackStore {
  return {
    ...store,
    async insert(batch) {
      const stored = await store.insert(batch);
      for (const { kind, recommendationId, userId } of stored) {
        if (kind === "save" && recommendationId !== "") saved(recommendationId, userId);
      }
      return stored;
    },
  };
}
