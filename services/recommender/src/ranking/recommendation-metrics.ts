import type { Metrics } from "@craic/runtime/metrics.js";
import { publishMetric } from "@craic/runtime/published-metric.js";
import { recommendationMetricNames as names } from "@craic/runtime/telemetry.js";
import type { DriftMonitor } from "../drift/drift-monitor.js";
import type { Provenance } from "../traces/provenance.js";
import type { RankedLists } from "./ranked-lists.js";

/** Publishes what is counted around recommendations, under the names that runtime/telemetry.ts lists. */
export function publishRecommendationMetrics(
  metrics: Metrics,
  lists: Pick<RankedLists, "counts" | "bytes">,
  { traces, feedback }: Pick<Provenance, "traces" | "feedback">,
  drift: Pick<DriftMonitor, "measure">,
): void {
  const one = (value: number) => [{ labels: {}, value }];
  publishMetric(
    metrics,
    names.lists,
    "Recommendations begun, by whether a list that was ranked before answered",
    "counter",
    () => [
      { labels: { result: "hit" }, value: lists.counts.hits },
      { labels: { result: "miss" }, value: lists.counts.misses },
    ],
  );
  publishMetric(metrics, names.listBytes, "Bytes that ranked lists take", "gauge", () => one(lists.bytes));
  publishMetric(
    metrics,
    names.traces,
    "Pages of recommendations whose trace was to be kept, by what became of it",
    "counter",
    () => [
      { labels: { result: "kept" }, value: traces.counts.kept },
      { labels: { result: "dropped" }, value: traces.counts.dropped },
    ],
  );
  publishMetric(
    metrics,
    names.feedback,
    "Feedback on recommendations, by kind and by the model and variant that made them",
    "counter",
    () =>
      feedback.all().map(({ modelVersion, variant, kind, count }) => ({
        labels: { model_version: modelVersion, variant, kind },
        value: count,
      })),
  );
  publishDrift(metrics, drift);
}

function publishDrift(metrics: Metrics, drift: Pick<DriftMonitor, "measure">): void {
  const each = (value: "psi" | "ks" | "samples") => () =>
    drift.measure().flatMap((measured) => {
      const { feature, [value]: number } = measured;
      return number === undefined ? [] : [{ labels: { feature }, value: number }];
    });
  const since = "of what is ranked, since the model was tested";
  publishMetric(metrics, names.driftPsi, `Population stability index ${since}`, "gauge", each("psi"));
  publishMetric(metrics, names.driftKs, `Kolmogorov-Smirnov statistic ${since}`, "gauge", each("ks"));
  publishMetric(metrics, names.driftSamples, "Numbers that drift is measured by", "gauge", each("samples"));
}
