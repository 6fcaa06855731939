import { decidingMetrics } from "../metric-words.js";

/** What is asked of an experiment, as it stands in the address. */
export interface ResultsQuestion {
  /** The metric that decides; empty for the experiment's own first one. */
  readonly metric: "" | (typeof decidingMetrics)[number];
  /** 0 for the whole run. */
  readonly windowHours: number;
  /** The smallest lift worth finding. */
  readonly minimumLift: number;
}

export const WINDOWS = [
  [24, "Last 24 hours"],
  [7 * 24, "Last 7 days"],
  [0, "The whole run"],
] as const;

export const LIFTS = [0.02, 0.05, 0.1, 0.2] as const;

export const FIRST_QUESTION: ResultsQuestion = { metric: "", windowHours: 0, minimumLift: 0.1 };

/** Reads an address; what does not belong there is left out rather than refused. */
export function parseQuestion(params: URLSearchParams): ResultsQuestion {
  const [metric, hours, lift] = [params.get("metric"), params.get("hours"), params.get("lift")];
  return {
    metric: decidingMetrics.find((name) => name === metric) ?? FIRST_QUESTION.metric,
    windowHours: WINDOWS.find(([window]) => String(window) === hours)?.[0] ?? FIRST_QUESTION.windowHours,
    minimumLift: LIFTS.find((least) => String(least) === lift) ?? FIRST_QUESTION.minimumLift,
  };
}

/** The address of a question, without what is as usual: "?metric=click&hours=24", or "". */
export function formatQuestion({ metric, windowHours, minimumLift }: ResultsQuestion): string {
  const params = new URLSearchParams();
  if (metric !== FIRST_QUESTION.metric) params.set("metric", metric);
  if (windowHours !== FIRST_QUESTION.windowHours) params.set("hours", String(windowHours));
  if (minimumLift !== FIRST_QUESTION.minimumLift) params.set("lift", String(minimumLift));
  return params.size === 0 ? "" : `?${params}`;
}
