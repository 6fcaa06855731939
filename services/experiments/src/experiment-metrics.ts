import type { Metrics } from "@craic/runtime/metrics.js";
import { publishMetric } from "@craic/runtime/published-metric.js";
import { experimentMetricNames as names } from "@craic/runtime/telemetry.js";
import type { LiveExperiments } from "./live-experiments.js";
import type { WriteBehind } from "./write-behind.js";

/** Publishes what waits to be written, what was dropped, and what people take of memory. */
export function publishExperimentMetrics(metrics: Metrics, writes: WriteBehind, live: LiveExperiments): void {
  const one = (value: number) => [{ labels: {}, value }];
  publishMetric(metrics, names.waiting, "Exposures and conversions that wait to be written.", "gauge", () =>
    one(writes.waiting),
  );
  publishMetric(
    metrics,
    names.dropped,
    "Exposures and conversions that found no room in the queue, or could not be written.",
    "counter",
    () => one(writes.dropped),
  );
  publishMetric(metrics, names.bytes, "Memory for the people of experiments, in bytes.", "gauge", () =>
    one(live.bytes),
  );
}
