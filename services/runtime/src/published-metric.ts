import type { Metric } from "prom-client";
import type { Metrics } from "./metrics.js";

/** One number of a metric. */
export interface MetricSample {
  /** The metric's own name when absent; a histogram's parts have names of their own. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * Adds a metric that is worked out when it is read: counting is then an addition to a plain number, where
 * prom-client would put the labels into a string and look them up at every count.
 *
 * @param help one line that says what is counted, and its unit
 */
export function publishMetric(
  metrics: Metrics,
  name: string,
  help: string,
  type: "counter" | "gauge" | "histogram",
  read: () => readonly MetricSample[],
): void {
  const metric = {
    name,
    async get() {
      return { name, help, type, values: read(), aggregator: "sum" };
    },
  };
  metrics.registerMetric(metric as unknown as Metric);
}
