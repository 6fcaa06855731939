import { randomUUIDv7 } from "node:crypto";
import { createClient, type Transport } from "@connectrpc/connect";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import type { Metrics } from "@craic/runtime/metrics.js";
import { publishMetric } from "@craic/runtime/published-metric.js";
import { recommendationMetricNames as names } from "@craic/runtime/telemetry.js";
import type { Attribution } from "../feedback/attribution.js";
import { Assignments } from "./assignments.js";
import { ExperimentEvents } from "./experiment-events.js";
import { ExperimentFeedback } from "./experiment-feedback.js";
import { RunningExperiments } from "./running-experiments.js";

const RETRY_MS = { first: 100, most: 10_000 };

interface VariantsOptions {
  /** How soon a change of an experiment counts here, in milliseconds. */
  readonly pollMs: number;
  /** Exposures and conversions that may wait. */
  readonly queueCapacity: number;
  readonly attribution: Pick<Attribution, "subscribe">;
  readonly transport: Transport;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly random: () => number;
  readonly log: Logger;
}

/** What experiments have to do with recommendations. */
export interface RunningVariants {
  readonly assignments: Assignments;
  readonly feedback: ExperimentFeedback;
  /** Tells what waits to be told, for so long at most, in milliseconds. */
  close(withinMs: number): Promise<void>;
}

/** Follows the experiments that run, and has them told what people were shown and did. */
export async function startVariants(options: VariantsOptions): Promise<RunningVariants> {
  const { transport, metrics, now, random, log, pollMs, queueCapacity, attribution } = options;
  const experiments = new RunningExperiments(transport, now, log);
  const client = createClient(ExperimentService, transport);
  const events = new ExperimentEvents({
    client,
    capacity: queueCapacity,
    retryMs: RETRY_MS,
    random,
    now,
    log,
  });
  const feedback = new ExperimentFeedback(events, experiments, randomUUIDv7);
  attribution.subscribe((...told) => feedback.attributed(...told));
  publishEvents(metrics, events);
  await experiments.start(pollMs);
  return {
    assignments: new Assignments(experiments, transport, now, log),
    feedback,
    async close(withinMs) {
      const [lost] = await Promise.all([events.close(withinMs), experiments.close()]);
      if (lost > 0) log.error({ lost }, "exposures and conversions could not be told, and are lost");
    },
  };
}

function publishEvents(metrics: Metrics, events: Pick<ExperimentEvents, "counts" | "waiting">): void {
  publishMetric(
    metrics,
    names.experimentEvents,
    "Exposures and conversions for the experiments service, by what became of them",
    "counter",
    () => [
      { labels: { result: "told" }, value: events.counts.told },
      { labels: { result: "dropped" }, value: events.counts.dropped },
    ],
  );
  publishMetric(
    metrics,
    names.experimentEventsWaiting,
    "Exposures and conversions that wait for the experiments service",
    "gauge",
    () => [{ labels: {}, value: events.waiting }],
  );
}
