import type { Database } from "@craic/runtime/mysql.js";
import { and, asc, eq, inArray, max, or, sql } from "drizzle-orm";
import type { ResultSetHeader } from "mysql2/promise";
import { kindFromNumber } from "../feedback/feedback-store.mysql.js";
import { uuidFromBytes, uuidToBytes } from "../feedback/uuid-bytes.js";
import { feedback, traces } from "../schema.js";
import type { MadeFor, StoredOrigin, StoredTrace, TraceStore } from "./trace-store.js";

// This one goes past drizzle, which takes a hundred times as long, and is prepared: in the text of a statement a payload
// would be in hexadecimal.
const INSERT = "INSERT INTO traces (recommendation_id, request_id, model_version, variant, payload) VALUES ";
const ROW = "(?, ?, ?, ?, ?)";

const REMOVE_BEFORE = "DELETE FROM traces WHERE recommendation_id < ? ORDER BY recommendation_id LIMIT ?";
const REMOVE_UP_TO = "DELETE FROM traces WHERE seq <= ? ORDER BY seq LIMIT ?";

export function createMysqlTraceStore({ db, pool }: Database): TraceStore {
  return {
    async insert(batch) {
      if (batch.length === 0) return;
      await pool.execute(INSERT + batch.map(() => ROW).join(), batch.flatMap(rowOf));
    },

    async find(key, limit) {
      const wanted =
        "requestId" in key
          ? eq(traces.requestId, key.requestId)
          : eq(traces.recommendationId, uuidToBytes(key.recommendationId));
      const rows = await db.select().from(traces).where(wanted).orderBy(asc(traces.seq)).limit(limit);
      return rows.map(({ recommendationId, requestId, modelVersion, variant, payload }) => ({
        recommendationId: uuidFromBytes(recommendationId),
        requestId,
        modelVersion,
        variant,
        payload,
      }));
    },

    async originsOf(recommendationIds) {
      if (recommendationIds.length === 0) return new Map();
      const { recommendationId, modelVersion, variant, seq } = traces;
      const payload = sql<Buffer | null>`IF(${variant} = '', NULL, ${traces.payload})`;
      const rows = await db
        .select({ recommendationId, modelVersion, variant, payload })
        .from(traces)
        .where(inArray(recommendationId, recommendationIds.map(uuidToBytes)))
        .orderBy(asc(seq));
      const origins = new Map<string, StoredOrigin>();
      for (const row of rows) {
        const id = uuidFromBytes(row.recommendationId);
        const origin = { modelVersion: row.modelVersion, variant: row.variant };
        // The first page tells.
        if (!origins.has(id)) origins.set(id, row.payload ? { ...origin, payload: row.payload } : origin);
      }
      return origins;
    },

    async feedbackOn(recommendations, limit) {
      if (recommendations.length === 0) return [];
      const rows = await db
        .select()
        .from(feedback)
        .where(or(...recommendations.map(isFeedbackOn)))
        .orderBy(asc(feedback.seq))
        .limit(limit);
      return rows.map((row) => ({
        feedbackId: uuidFromBytes(row.feedbackId),
        userId: uuidFromBytes(row.userId),
        eventId: uuidFromBytes(row.eventId),
        kind: kindFromNumber(row.kind),
        occurMs: row.occurMs,
        recommendationId: uuidFromBytes(row.recommendationId!),
        position: row.position,
      }));
    },

    async removeBefore(instantMs, limit) {
      const [{ affectedRows }] = await pool.query<ResultSetHeader>(REMOVE_BEFORE, [
        firstIdAt(instantMs),
        limit,
      ]);
      return affectedRows;
    },

    async removeBeyond(most, limit) {
      // Numbers are nearly without gaps, and counting rows would take seconds.
      const [newest] = await db.select({ seq: max(traces.seq) }).from(traces);
      const upTo = (newest?.seq ?? 0) - most;
      const [{ affectedRows }] = await pool.query<ResultSetHeader>(REMOVE_UP_TO, [upTo, limit]);
      return affectedRows;
    },
  };
}

function isFeedbackOn({ recommendationId, userId }: MadeFor) {
  const isNamed = eq(feedback.recommendationId, uuidToBytes(recommendationId));
  return userId === "" ? isNamed : and(isNamed, eq(feedback.userId, uuidToBytes(userId)));
}

function rowOf({ recommendationId, requestId, modelVersion, variant, payload }: StoredTrace) {
  return [uuidToBytes(recommendationId), requestId, modelVersion, variant, payload];
}

/** The smallest UUIDv7 of an instant: its first 48 bits are milliseconds since 1970 (RFC 9562, section 5.7). */
function firstIdAt(instantMs: number): Buffer {
  const id = Buffer.alloc(16);
  id.writeUIntBE(Math.max(0, Math.floor(instantMs)), 0, 6);
  return id;
}
