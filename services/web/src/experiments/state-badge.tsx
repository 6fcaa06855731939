import type { ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { stateName } from "./experiment-facts.js";

export function StateBadge({ state }: { state: ExperimentState }) {
  const name = stateName(state);
  return <span className={`badge badge-${name}`}>{name}</span>;
}
