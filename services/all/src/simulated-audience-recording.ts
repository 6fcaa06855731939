import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import {
  type AudienceOptions,
  feedbackMessage,
  type SimulatedFeedback,
  simulateAudience,
} from "./simulated-audience.js";
import type { AudienceEvent } from "./simulated-audience-event.js";

/** Most that RecordFeedback takes at once. */
const BATCH_ROWS = 500;
const CALL_TIMEOUT_MS = 30_000;
/** How long the recommender may take to hear of the events that were just imported. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 250;

export interface RecordingOptions extends AudienceOptions {
  readonly transport: Transport;
  /** Of an administrator: only one may speak for others. */
  readonly accessToken: string;
  readonly events: readonly AudienceEvent[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  readonly pause?: (ms: number) => Promise<void>;
}

/** What the recommender made of the simulated rows. */
export interface RecordingReport {
  recorded: number;
  /** Known from an earlier start. */
  duplicates: number;
}

/**
 * Tells the recommender what the simulated audience did. What it was told before counts once; where it was
 * told all, one question finds that out, so this may be done at every start.
 */
export async function recordSimulatedAudience(options: RecordingOptions): Promise<RecordingReport> {
  const { transport, accessToken, events, signal, onProgress, pause = sleep } = options;
  const recommender = createClient(RecommenderService, transport);
  const call = { headers: { authorization: `Bearer ${accessToken}` }, signal, timeoutMs: CALL_TIMEOUT_MS };
  const patiently = createPatience(pause);
  const rows = simulateAudience(events, options);
  const report: RecordingReport = { recorded: 0, duplicates: 0 };

  const last = lastSave(rows);
  if (last !== undefined) {
    const { userId, eventId } = last;
    const { saved } = await patiently(() => recommender.listSavedEvents({ userId, pageSize: 1 }, call));
    if (saved[0]?.eventId === eventId) return { ...report, duplicates: rows.length };
  }
  for (let done = 0; done < rows.length; done += BATCH_ROWS) {
    const feedback = rows.slice(done, done + BATCH_ROWS).map(feedbackMessage);
    const { recorded, duplicates } = await patiently(() => recommender.recordFeedback({ feedback }, call));
    report.recorded += recorded;
    report.duplicates += duplicates;
    onProgress?.(done + feedback.length, rows.length);
  }
  return report;
}

/**
 * The latest save of all, if it is in the last batch. Batches are stored whole and one after another: where
 * this one is known, so are they all.
 */
export function lastSave(rows: readonly SimulatedFeedback[]): SimulatedFeedback | undefined {
  const index = rows.findLastIndex(({ kind }) => kind === FeedbackKind.SAVE);
  const save = rows[index];
  const isTakenBack = rows
    .slice(index)
    .some(
      (row) =>
        row.userId === save?.userId && row.eventId === save.eventId && row.kind === FeedbackKind.UNSAVE,
    );
  const isInLastBatch = Math.floor(index / BATCH_ROWS) === Math.floor((rows.length - 1) / BATCH_ROWS);
  return isInLastBatch && !isTakenBack ? save : undefined;
}

/** Calls again while the recommender, which follows the events service, is a moment behind it. */
function createPatience(pause: (ms: number) => Promise<void>) {
  let leftMs = PATIENCE_MS;
  return async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const { code } = ConnectError.from(error);
        const isTooEarly = code === Code.NotFound || code === Code.Unavailable;
        if (!isTooEarly || leftMs <= 0) throw error;
        leftMs -= RETRY_MS;
        await pause(RETRY_MS);
      }
    }
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
