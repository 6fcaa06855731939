import { Registry } from "prom-client";

/** The process's Prometheus metrics. */
export type Metrics = Registry;

export function createMetrics(): Metrics {
  return new Registry();
}
