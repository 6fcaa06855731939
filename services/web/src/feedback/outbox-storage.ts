import type { FeedbackEntry } from "./feedback-entry.js";
import type { OutboxStorage } from "./outbox.js";

/**
 * Keeps each entry under a key of its own, so that two tabs never overwrite each other's. Both may
 * then send the same entry, which the server counts once.
 */
export function createOutboxStorage(store: Storage, userId: string): OutboxStorage {
  const prefix = `craic.feedback.${userId}.`;
  return {
    load() {
      const keys = Array.from({ length: store.length }, (_, i) => store.key(i) ?? "");
      return keys
        .filter((key) => key.startsWith(prefix))
        .map((key) => parse(store.getItem(key)))
        .filter((entry) => entry !== undefined)
        .sort((a, b) => a.occurMs - b.occurMs);
    },
    put(entry) {
      try {
        store.setItem(prefix + entry.feedbackId, JSON.stringify(entry));
      } catch {
        // Full or forbidden: the entry still lives in memory and is sent from there.
      }
    },
    remove(entries) {
      for (const { feedbackId } of entries) store.removeItem(prefix + feedbackId);
    },
  };
}

function parse(text: string | null): FeedbackEntry | undefined {
  try {
    const entry = JSON.parse(text ?? "");
    return typeof entry.deed === "string" && typeof entry.occurMs === "number" ? entry : undefined;
  } catch {
    return undefined;
  }
}
