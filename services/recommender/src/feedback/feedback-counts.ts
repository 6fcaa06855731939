import type { Origin } from "../traces/trace-store.js";
import type { FeedbackKind } from "./feedback.js";

/** Origins that are counted apart; of more, the one heard of first is forgotten. */
const MOST_ORIGINS = 32;

/** Feedback of one kind on what one model recommended. */
export interface FeedbackCount extends Pick<Origin, "modelVersion" | "variant"> {
  readonly kind: FeedbackKind;
  readonly count: number;
}

/** Counts feedback by the model that made the recommendation and by what people did. */
export class FeedbackCounts {
  private readonly byOrigin = new Map<
    string,
    { modelVersion: string; variant: string; counts: Map<FeedbackKind, number> }
  >();

  add({ modelVersion, variant }: Origin, kind: FeedbackKind): void {
    const key = `${modelVersion} ${variant}`;
    let found = this.byOrigin.get(key);
    if (found === undefined) {
      found = { modelVersion, variant, counts: new Map() };
      this.byOrigin.set(key, found);
      if (this.byOrigin.size > MOST_ORIGINS) this.byOrigin.delete(this.byOrigin.keys().next().value!);
    }
    found.counts.set(kind, (found.counts.get(kind) ?? 0) + 1);
  }

  all(): FeedbackCount[] {
    return [...this.byOrigin.values()].flatMap(({ counts, ...origin }) =>
      [...counts].map(([kind, count]) => ({ ...origin, kind, count })),
    );
  }
}
