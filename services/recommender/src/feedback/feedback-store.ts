import type { Feedback, FeedbackKind } from "./feedback.js";

/** Feedback as it is read back: by the thousands, hence without text. */
export interface StoredFeedback {
  /** Order of arrival. */
  readonly seq: number;
  /** 16 bytes each. */
  readonly userId: Uint8Array;
  readonly eventId: Uint8Array;
  readonly kind: FeedbackKind;
  readonly occurMs: number;
}

export interface FeedbackStore {
  /**
   * Stores all of a batch or, on any error, none. Feedback whose id was stored before, or is earlier in the
   * batch, is passed over. Returns what was new, in order.
   */
  insert(batch: readonly Feedback[]): Promise<Feedback[]>;
  /** At most `limit` rows that arrived after `seq`, in order of arrival. */
  readAfter(seq: number, limit: number): Promise<StoredFeedback[]>;
}

/** Rows read at a time when all of them are read: some 2 MB. */
const CHUNK = 5_000;

/** All feedback, in order of arrival, a chunk at a time. */
export async function* readAll(store: FeedbackStore): AsyncGenerator<StoredFeedback[], void, undefined> {
  let seq = 0;
  for (;;) {
    const rows = await store.readAfter(seq, CHUNK);
    if (rows.length === 0) return;
    yield rows;
    seq = rows.at(-1)!.seq;
  }
}
