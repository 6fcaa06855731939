/** How a metric is made of what people did. */
export type MetricKind =
  /** Whether somebody did it at all: each person counts once. */
  | "conversion"
  /** How much of it there was for each person. */
  | "mean";

/** Something that an experiment is judged by. */
export interface Metric {
  readonly name: string;
  readonly kind: MetricKind;
  /** Which direction is good. */
  readonly better: "higher" | "lower";
  /** A guardrail decides nothing in favour of a variant; harm to it is a reason against one. */
  readonly isGuardrail: boolean;
}

/** What is measured, the one that decides first. */
export const metrics = [
  { name: "save", kind: "conversion", better: "higher", isGuardrail: false },
  { name: "click", kind: "conversion", better: "higher", isGuardrail: false },
  { name: "attend", kind: "conversion", better: "higher", isGuardrail: false },
  { name: "saves_per_user", kind: "mean", better: "higher", isGuardrail: false },
  { name: "hides_per_user", kind: "mean", better: "lower", isGuardrail: true },
  { name: "latency_ms", kind: "mean", better: "lower", isGuardrail: true },
  { name: "errors_per_user", kind: "mean", better: "lower", isGuardrail: true },
] as const satisfies readonly Metric[];

export type MetricName = (typeof metrics)[number]["name"];

/** A metric that can decide. */
export type DecidingMetric = Extract<(typeof metrics)[number], { kind: "conversion" }>["name"];

export const decidingMetrics = metrics.flatMap((metric) =>
  metric.kind === "conversion" ? [metric.name] : [],
);

/** undefined for what is no metric that can decide. */
export function decidingMetric(name: string): DecidingMetric | undefined {
  return decidingMetrics.find((metric) => metric === name);
}

export function metricOf(name: string): Metric | undefined {
  return metrics.find((metric) => metric.name === name);
}
