import {
  type Experiment,
  type ExperimentChange,
  ExperimentState,
} from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { experimentFacts } from "./experiment-facts.js";

/** What was changed, one sentence for each thing; what the change was made of is read from before and after. */
export function changeWords({ before, after }: ExperimentChange): string[] {
  if (after === undefined) return [];
  if (before === undefined) return ["Made, as a draft."];
  const sentences = before.state === after.state ? [] : [stateChange(before, after)];
  const [old, now] = [experimentFacts(before), experimentFacts(after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [from, to] = [old.get(name), now.get(name)];
    if (from === to) continue;
    if (from === undefined) sentences.push(`${name} is new: ${to}.`);
    else if (to === undefined) sentences.push(`${name} is gone; it was ${from}.`);
    else sentences.push(`${name}: ${from} → ${to}.`);
  }
  return sentences.length === 0 ? ["Nothing that is shown here."] : sentences;
}

function stateChange(before: Experiment, after: Experiment): string {
  switch (after.state) {
    case ExperimentState.RUNNING:
      return before.state === ExperimentState.PAUSED ? "Went on." : "Started.";
    case ExperimentState.PAUSED:
      return "Paused.";
    case ExperimentState.STOPPED:
      return "Stopped for good.";
    case ExperimentState.DRAFT:
    case ExperimentState.UNSPECIFIED:
      return "Back to a draft.";
  }
}

/** Tokens of the command that an operator types belong to no account. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Who made a change. */
export function changedBy(name: string): string {
  switch (name) {
    case "guard":
      return "Craic, because of harm";
    case "craic":
      return "Craic, as it came";
    case NOBODY:
      return "an operator without an account";
    default:
      return name;
  }
}
