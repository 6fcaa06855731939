import { isDuplicateKey } from "@craic/runtime/mysql.js";
import { inArray } from "drizzle-orm";
import type { DatabaseSession } from "../database-session.js";
import { feedback } from "../schema.js";
import type { Feedback, FeedbackKind } from "./feedback.js";
import type { FeedbackStore, StoredFeedback } from "./feedback-store.js";
import { uuidFromBytes, uuidToBytes } from "./uuid-bytes.js";

/** How a kind is kept in the table. Never to be changed. */
const kindNumbers: Readonly<Record<FeedbackKind, number>> = {
  save: 1,
  unsave: 2,
  hide: 3,
  unhide: 4,
  click: 5,
  impression: 6,
};
const kindOfNumber = new Map(
  Object.entries(kindNumbers).map(([kind, number]) => [number, kind as FeedbackKind]),
);

/** Times a batch is tried because others store some of it at the same time. */
const TRIES = 8;

// These two go past drizzle, which takes a hundred times as long for batches of hundreds.
const INSERT = `INSERT INTO feedback
  (feedback_id, user_id, event_id, kind, occur_ms, recommendation_id, position) VALUES ?`;

const READ_AFTER = `SELECT seq, user_id, event_id, kind, occur_ms FROM feedback
  WHERE seq > ? ORDER BY seq LIMIT ?`;

type StoredColumns = [seq: number, userId: Buffer, eventId: Buffer, kind: number, occurMs: number];

export function createMysqlFeedbackStore({ db, pool }: DatabaseSession): FeedbackStore {
  async function stored(batch: readonly Feedback[]): Promise<Set<string>> {
    const ids = batch.map(({ feedbackId }) => uuidToBytes(feedbackId));
    const rows = await db
      .select({ feedbackId: feedback.feedbackId })
      .from(feedback)
      .where(inArray(feedback.feedbackId, ids));
    return new Set(rows.map(({ feedbackId }) => uuidFromBytes(feedbackId)));
  }

  return {
    async insert(batch) {
      let fresh = withoutRepeats(batch);
      // Nearly all feedback is new: it is stored in one statement, and looked up only when that is refused.
      for (let left = TRIES - 1; fresh.length > 0; left--) {
        try {
          await pool.query(INSERT, [fresh.map(rowOf)]);
          break;
        } catch (error) {
          if (left === 0 || !(isDuplicateKey(error) || isDeadlock(error))) throw error;
          const known = await stored(fresh);
          fresh = fresh.filter(({ feedbackId }) => !known.has(feedbackId));
        }
      }
      return fresh;
    },

    async readAfter(seq, limit) {
      const [rows] = await pool.query({ sql: READ_AFTER, values: [seq, limit], rowsAsArray: true });
      return (rows as StoredColumns[]).map(storedFrom);
    },
  };
}

/** Whether two statements that store some of the same ids stood in each other's way, and this one lost. */
function isDeadlock(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && cause.code === "ER_LOCK_DEADLOCK") return true;
  }
  return false;
}

function withoutRepeats(batch: readonly Feedback[]): Feedback[] {
  const seen = new Set<string>();
  return batch.filter(({ feedbackId }) => !seen.has(feedbackId) && seen.add(feedbackId));
}

function rowOf(item: Feedback): (Buffer | number | null)[] {
  return [
    uuidToBytes(item.feedbackId),
    uuidToBytes(item.userId),
    uuidToBytes(item.eventId),
    kindNumbers[item.kind],
    item.occurMs,
    item.recommendationId === "" ? null : uuidToBytes(item.recommendationId),
    item.position,
  ];
}

function storedFrom([seq, userId, eventId, kindNumber, occurMs]: StoredColumns): StoredFeedback {
  return { seq, userId, eventId, kind: kindFromNumber(kindNumber), occurMs };
}

/** The kind that is kept as this number. */
export function kindFromNumber(number: number): FeedbackKind {
  const kind = kindOfNumber.get(number);
  if (kind === undefined) throw new Error(`feedback has the unknown kind ${number}`);
  return kind;
}
