import type { Metrics } from "@craic/runtime/metrics.js";
import { type MetricSample, publishMetric } from "@craic/runtime/published-metric.js";
import { modelMetricNames as names } from "@craic/runtime/telemetry.js";
import { POPULARITY_VERSION } from "../ranking/ranking-model.js";
import { type Channel, channelNames } from "./channels.js";
import type { CurrentModel } from "./current-model.js";
import { type Guard, guardStates } from "./guard.js";
import type { ModelLifecycle } from "./model-lifecycle.js";
import { quantile } from "./recent-numbers.js";
import type { Shadow } from "./shadow.js";
import type { ShadowComparison } from "./shadow-comparison.js";

interface Measured {
  readonly model: CurrentModel;
  readonly lifecycle: Pick<ModelLifecycle, "problemWith">;
  readonly guard: Pick<Guard, "state" | "alarms">;
  readonly shadow: Pick<Shadow, "comparison">;
}

/** Publishes what ranks, and how it does, under the names that runtime/telemetry.ts lists. */
export function publishModelMetrics(metrics: Metrics, measured: Measured): void {
  const { model, lifecycle, guard, shadow } = measured;
  const swaps = new Map<Channel, number>(channelNames.map((channel) => [channel, 0]));
  model.onSwap((channel) => swaps.set(channel, swaps.get(channel)! + 1));
  const one = (value: number) => [{ labels: {}, value }];

  publishMetric(metrics, names.serving, "1 for the version that ranks in a channel", "gauge", () =>
    channelNames.flatMap((channel) => {
      const loaded = model.loadedIn(channel)?.manifest.version;
      const version = loaded ?? (channel === "control" ? POPULARITY_VERSION : undefined);
      return version === undefined ? [] : { labels: { channel, version }, value: 1 };
    }),
  );
  publishMetric(metrics, names.problem, "Whether what is published in a channel does not rank", "gauge", () =>
    ([...channelNames, "channels"] as const).map((channel) => ({
      labels: { channel },
      value: lifecycle.problemWith(channel) === "" ? 0 : 1,
    })),
  );
  publishMetric(metrics, names.swaps, "Times that another model came to rank in a channel", "counter", () =>
    [...swaps].map(([channel, value]) => ({ labels: { channel }, value })),
  );
  publishMetric(metrics, names.guardState, "1 for the state that the guard is in", "gauge", () =>
    guardStates.map((state) => ({ labels: { state }, value: state === guard.state ? 1 : 0 })),
  );
  publishMetric(metrics, names.guardAlarms, "Times that control was found to do harm", "counter", () =>
    one(guard.alarms),
  );

  const compared = (read: (comparison: ShadowComparison) => MetricSample[]) => () => {
    const { comparison } = shadow;
    return comparison === undefined ? [] : read(comparison);
  };
  publishMetric(
    metrics,
    names.shadowRequests,
    "Requests that were for the shadow too, since it and control came together",
    "gauge",
    compared(({ requests, dropped, failures }) => [
      { labels: { result: "ranked" }, value: requests },
      { labels: { result: "dropped" }, value: dropped },
      { labels: { result: "failed" }, value: failures },
    ]),
  );
  publishMetric(
    metrics,
    names.shadowOverlap,
    "Mean share of control's first 10 events that are among the shadow's",
    "gauge",
    compared(({ meanOverlap }) => one(meanOverlap)),
  );
  publishMetric(
    metrics,
    names.shadowCorrelation,
    "Mean Kendall tau of the order of shadow and control",
    "gauge",
    compared(({ meanCorrelation }) => one(meanCorrelation)),
  );
  publishMetric(
    metrics,
    names.shadowLatency,
    "How long shadow and control take to rank the same request, in seconds",
    "gauge",
    compared(({ shadowMs, controlMs }) => [
      ...quantiles("shadow", shadowMs.sorted()),
      ...quantiles("control", controlMs.sorted()),
    ]),
  );
}

function quantiles(model: string, sortedMs: Float32Array): MetricSample[] {
  if (sortedMs.length === 0) return [];
  return [0.5, 0.95].map((share) => ({
    labels: { model, quantile: `${share}` },
    value: quantile(sortedMs, share) / 1_000,
  }));
}
