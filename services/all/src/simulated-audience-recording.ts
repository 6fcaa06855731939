import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import type { ImportedEvent } from "./bootstrap.js";
import { type AudienceOptions, feedbackMessage, simulateAudience } from "./simulated-audience.js";
import type { AudienceEvent } from "./simulated-audience-person.js";

/** Most that RecordFeedback takes at once. */
const BATCH_ROWS = 500;
const BATCH_TIMEOUT_MS = 30_000;
/** How long the recommender may take to hear of the events that were just imported. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 250;

export interface RecordingOptions extends AudienceOptions {
  readonly transport: Transport;
  /** Of an administrator: only one may speak for others. */
  readonly accessToken: string;
  readonly events: readonly ImportedEvent[];
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

/** Tells the recommender what the simulated audience did; what it was told before counts once. */
export async function recordSimulatedAudience(options: RecordingOptions): Promise<RecordingReport> {
  const { transport, accessToken, events, signal, onProgress, pause = sleep } = options;
  const recommender = createClient(RecommenderService, transport);
  const rows = simulateAudience(events.map(audienceEvent), options);
  const report: RecordingReport = { recorded: 0, duplicates: 0 };
  const headers = { authorization: `Bearer ${accessToken}` };
  let patienceMs = PATIENCE_MS;
  for (let done = 0; done < rows.length; ) {
    const feedback = rows.slice(done, done + BATCH_ROWS).map(feedbackMessage);
    try {
      const call = { headers, signal, timeoutMs: BATCH_TIMEOUT_MS };
      const { recorded, duplicates } = await recommender.recordFeedback({ feedback }, call);
      report.recorded += recorded;
      report.duplicates += duplicates;
    } catch (error) {
      if (!isTooEarly(error) || patienceMs <= 0) throw error;
      patienceMs -= RETRY_MS;
      await pause(RETRY_MS);
      continue;
    }
    done += feedback.length;
    onProgress?.(done, rows.length);
  }
  return report;
}

/** The recommender follows the events service, and may be a moment behind it. */
function isTooEarly(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return code === Code.NotFound || code === Code.Unavailable;
}

export function audienceEvent({ eventId, event }: ImportedEvent): AudienceEvent {
  const { cityId, genres, djs, venue, organiser, minPriceCents } = event;
  return {
    eventId,
    cityId,
    genres,
    artists: djs.map(({ name, externalId }) => `${name}:${externalId}`),
    venue: venue === undefined ? "" : `${venue.name}:${venue.externalId}`,
    organiser,
    minPriceCents: minPriceCents === undefined ? undefined : Number(minPriceCents),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
