import { ALPHA, type Analysis, type MetricComparison } from "./analyse.js";

/** What to do with an experiment, and why, in one sentence. */
export interface Decision {
  readonly action: "ship" | "rollback" | "keep-running";
  /** The variant to ship or to take back; "" to keep running. */
  readonly variant: string;
  readonly reason: string;
}

/** What an experiment is about. */
export interface Aim {
  /** The metric that decides, a conversion. */
  readonly deciding: string;
  /** The metrics that it is for; harm to any of them is harm. */
  readonly primary: readonly string[];
  /** Nobody comes any more. */
  readonly isStopped?: boolean;
}

/** With fewer people than this in a variant nothing is decided, whatever the figures. */
const FEWEST_USERS = 100;

/**
 * What the figures say. Decided by the tests that hold at every look, so that it may be asked every day:
 *
 * 1. Where people are not divided as they should be, nothing can be believed: keep running, and find out why.
 * 2. A variant that does harm, to the deciding metric, another primary one or a guardrail, is taken back.
 * 3. A variant that is better in the deciding metric is shipped: the best of those.
 * 4. Otherwise keep running.
 *
 * @param users people of each variant, the control included
 */
export function decide(
  analysis: Analysis,
  users: ReadonlyMap<string, number>,
  { deciding, primary, isStopped = false }: Aim,
): Decision {
  const { sampleRatio, comparisons } = analysis;
  if (sampleRatio.isMismatch) {
    return keepRunning(
      `people are not divided among the variants as their weights say (p = ${figure(sampleRatio.pValue)}); ` +
        "no result can be believed until it is known why",
    );
  }
  const fewest = Math.min(...users.values());
  if (!(fewest >= FEWEST_USERS)) {
    return keepRunning(`a variant has ${fewest} people so far; at least ${FEWEST_USERS} are needed`);
  }
  const aims = comparisons.filter(({ metric }) => metric.name === deciding || primary.includes(metric.name));
  const guarded = comparisons.filter(({ metric }) => metric.isGuardrail);
  const harms = [
    ...aims.filter((each) => isFound(each, aims.length)),
    // One guardrail at a time: missing harm would be worse than a false alarm.
    ...guarded.filter((each) => isFound(each, users.size - 1)),
  ].filter((each) => goodness(each) < 0);
  const harm = harms.sort(byStrength)[0];
  if (harm !== undefined) {
    return {
      action: "rollback",
      variant: harm.variant,
      reason: `${harm.variant} does harm: ${sentence(harm)}`,
    };
  }
  const best = aims
    .filter((each) => each.metric.name === deciding && goodness(each) > 0 && isFound(each, aims.length))
    .sort((a, b) => goodness(b) - goodness(a))[0];
  if (best !== undefined) {
    return { action: "ship", variant: best.variant, reason: `${best.variant} is better: ${sentence(best)}` };
  }
  return keepRunning(
    `no variant differs from the control by more than chance may explain${
      isStopped ? "; it is stopped: run a new experiment with more people to know more" : ""
    }`,
  );
}

/** Whether the difference holds at every look, among so many that are judged together: Bonferroni, which Holm begins with. */
function isFound({ sequential }: MetricComparison, comparisons: number): boolean {
  return sequential.pValue * comparisons < ALPHA;
}

/** The difference, positive where it is to the good. */
function goodness({ metric, difference }: MetricComparison): number {
  return metric.better === "higher" ? difference : -difference;
}

/** The surest first: differences in milliseconds and in rates cannot be compared. */
function byStrength(a: MetricComparison, b: MetricComparison): number {
  return a.sequential.pValue - b.sequential.pValue;
}

function sentence({ metric, lift, difference, sequential }: MetricComparison): string {
  const change = Number.isFinite(lift)
    ? `${lift > 0 ? "+" : ""}${(100 * lift).toFixed(1)} %`
    : figure(difference);
  return `${metric.name} ${change} against the control (always-valid p = ${figure(sequential.pValue)})`;
}

function figure(value: number): string {
  return value.toPrecision(2);
}

function keepRunning(reason: string): Decision {
  return { action: "keep-running", variant: "", reason };
}
