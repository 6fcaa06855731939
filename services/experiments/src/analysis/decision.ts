import { ALPHA, type Analysis, type MetricComparison } from "./analyse.js";

/** What to do with an experiment, and why, in one sentence. */
export interface Decision {
  readonly action: "ship" | "rollback" | "keep-running";
  /** The variant to ship or to take back; "" to keep running. */
  readonly variant: string;
  readonly reason: string;
}

/** With fewer people than this in a variant nothing is decided, whatever the figures. */
const FEWEST_USERS = 100;

/**
 * What the figures say. Decided by the tests that hold at every look, so that it may be asked every day:
 *
 * 1. Where people are not divided as they should be, nothing can be believed: keep running, and find out why.
 * 2. A variant that does harm, to the deciding metric or to a guardrail, is taken back.
 * 3. A variant that is better in the deciding metric, by Holm among several, is shipped: the best of those.
 * 4. Otherwise keep running.
 *
 * @param users people of each variant, the control included
 */
export function decide(analysis: Analysis, users: ReadonlyMap<string, number>): Decision {
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
  const deciding = comparisons[0]?.metric.name;
  const judged = comparisons.filter(({ metric }) => metric.isGuardrail || metric.name === deciding);
  const harm = judged.filter((each) => goodness(each) < 0 && isFound(each, judged)).sort(byGoodness)[0];
  if (harm !== undefined) {
    return {
      action: "rollback",
      variant: harm.variant,
      reason: `${harm.variant} does harm: ${sentence(harm)}`,
    };
  }
  const better = comparisons.filter(({ metric }) => metric.name === deciding);
  const gains = better.filter((each) => goodness(each) > 0 && isFound(each, better));
  const best = gains.sort(byGoodness).at(-1);
  if (best !== undefined) {
    return { action: "ship", variant: best.variant, reason: `${best.variant} is better: ${sentence(best)}` };
  }
  return keepRunning("no variant differs from the control by more than chance may explain");
}

/** Whether the difference holds at every look, for as many variants as are compared in this metric. */
function isFound({ sequential, metric }: MetricComparison, among: readonly MetricComparison[]): boolean {
  const variants = among.filter((each) => each.metric.name === metric.name).length;
  return sequential.pValue * variants < ALPHA; // Bonferroni, which Holm begins with
}

/** The difference, positive where it is to the good. */
function goodness({ metric, difference }: MetricComparison): number {
  return metric.better === "higher" ? difference : -difference;
}

function byGoodness(a: MetricComparison, b: MetricComparison): number {
  return goodness(a) - goodness(b);
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
