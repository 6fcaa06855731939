import type { Logger } from "@craic/runtime/log.js";
import { Attribution, type Teller } from "../feedback/attribution.js";
import type { Feedback } from "../feedback/feedback.js";
import { FeedbackCounts } from "../feedback/feedback-counts.js";
import { TraceExpiry } from "./trace-expiry.js";
import { type Answered, TraceRecorder } from "./trace-recorder.js";
import type { TraceStore } from "./trace-store.js";

const DAY_MS = 24 * 60 * 60_000;

/** What is kept of where recommendations came from. */
export interface TraceRetention {
  /** Share of the recommendations, 0 to 1. */
  readonly sampledShare: number;
  readonly days: number;
  /** About so many pages at most. */
  readonly most: number;
}

/** Follows what is recommended and what comes of it; see docs/models.md. Nobody waits for it, nor fails with it. */
export class Provenance {
  readonly traces: TraceRecorder;
  readonly attribution: Attribution;
  readonly feedback = new FeedbackCounts();
  private readonly expiry: TraceExpiry;

  constructor(
    readonly store: TraceStore,
    readonly retention: TraceRetention,
    now: () => Date,
    log: Logger,
  ) {
    const { sampledShare, days, most } = retention;
    this.traces = new TraceRecorder(store, sampledShare, log);
    this.attribution = new Attribution(store, log);
    this.expiry = new TraceExpiry(store, { ttlMs: days * DAY_MS, most }, now, log);
    // Who is not signed in cannot save, and would make every model look worse.
    this.attribution.subscribe((origin, { userId, kind }) => {
      if (userId !== "") this.feedback.add(origin, kind);
    });
  }

  /** Notes a page of a recommendation that was answered. */
  answered(answered: Answered): void {
    const { recommendationId, modelVersion, variant, experimentId } = answered;
    const { userId, cityId, isNew, latencyMs } = answered;
    const serving = experimentId === "" ? undefined : { experimentId, cityId, isNew, latencyMs };
    this.attribution.remember(recommendationId, { modelVersion, variant, userId, serving });
    this.traces.offer(answered);
  }

  /** Notes feedback that is new. */
  told(feedback: readonly Feedback[], teller: Teller): void {
    this.attribution.take(feedback, teller);
  }

  /** Writes, looks up and removes in the background until closed. */
  start(): void {
    this.traces.start();
    this.attribution.start();
    this.expiry.start();
  }

  async close(): Promise<void> {
    await Promise.all([this.traces.close(), this.attribution.close(), this.expiry.close()]);
  }
}
