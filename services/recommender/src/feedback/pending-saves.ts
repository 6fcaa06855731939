import type { ServingFigures } from "../models/serving-figures.js";

/** A save counts for a recommendation that is no older than this. */
export const SAVE_WINDOW_MS = 15 * 60_000;
/** Recommendations that are waited for at a time, some 250 bytes each; more are not counted at all. */
const MOST_PENDING = 10_000;

interface Pending {
  readonly userId: string;
  readonly begunMs: number;
  readonly figures: ServingFigures;
  isSaved: boolean;
}

/**
 * Waits for saves from recommendations. Each counts once its time is over, saved or not: counted sooner, the
 * newest would look worse only because nobody has had time to save anything from them.
 */
export class PendingSaves {
  /** By recommendation, the oldest first. */
  private readonly pending = new Map<string, Pending>();

  begun(recommendationId: string, userId: string, begunMs: number, figures: ServingFigures): void {
    if (this.pending.size >= MOST_PENDING) return;
    this.pending.set(recommendationId, { userId, begunMs, figures, isSaved: false });
  }

  /** What was made for one person says nothing of what another saves. */
  saved(recommendationId: string, userId: string): void {
    const found = this.pending.get(recommendationId);
    if (found?.userId === userId) found.isSaved = true;
  }

  /** Counts those whose time is over. */
  conclude(nowMs: number): void {
    for (const [recommendationId, { begunMs, figures, isSaved }] of this.pending) {
      if (begunMs + SAVE_WINDOW_MS > nowMs) return;
      this.pending.delete(recommendationId);
      figures.concluded(begunMs, isSaved);
    }
  }
}
