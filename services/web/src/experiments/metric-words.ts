import type { Unit } from "./figures.js";

/** How a metric is spoken of. */
export interface MetricWords {
  /** "Saves". */
  readonly label: string;
  /** What is measured, to go after a figure: "of people saved an event". */
  readonly meaning: string;
  readonly unit: Unit;
}

const known: ReadonlyMap<string, MetricWords> = new Map([
  ["save", { label: "Saved", meaning: "people who saved an event", unit: "share" }],
  ["click", { label: "Opened", meaning: "people who opened an event’s page", unit: "share" }],
  ["attend", { label: "Went", meaning: "people who went to an event", unit: "share" }],
  ["saves_per_user", { label: "Saves a person", meaning: "events that a person saved", unit: "times" }],
  ["hides_per_user", { label: "Hides a person", meaning: "events that a person hid", unit: "times" }],
  ["latency_ms", { label: "Latency", meaning: "time that an answer took", unit: "milliseconds" }],
  [
    "errors_per_user",
    { label: "Errors a person", meaning: "answers that failed or lacked a part", unit: "times" },
  ],
]);

/** Those that can decide, as GetResults takes them. */
export const decidingMetrics = ["save", "click", "attend"] as const;

/** Of a metric that this page does not know yet, its name must do. */
export function metricWords(name: string): MetricWords {
  return known.get(name) ?? { label: name, meaning: name, unit: "times" };
}
