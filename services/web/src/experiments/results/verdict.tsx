import type { GetResultsResponse } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { DecisionAction } from "@craic/proto/craic/experiments/v1/results_pb.js";
import { sentence } from "../failure-words.js";

/** What to do, as the service decides, and why. */
export function Verdict({ results }: { results: GetResultsResponse }) {
  const { decision, variants, sampleRatioMismatch } = results;
  if (decision === undefined) return null;
  const { action, variant, reason } = decision;
  const [title, tone] = sampleRatioMismatch ? ["No verdict", "none"] : words(action, variant);
  return (
    <section className={`panel verdict verdict-${tone}`} aria-labelledby="verdict-title">
      <p className="verdict-label">Verdict</p>
      <h2 id="verdict-title">{title}</h2>
      <p>
        {sentence(
          reason,
          variants.map((each) => each.variant),
        )}
      </p>
    </section>
  );
}

function words(action: DecisionAction, variant: string): readonly [title: string, tone: string] {
  switch (action) {
    case DecisionAction.SHIP:
      return [`Ship ${variant}`, "ship"];
    case DecisionAction.ROLLBACK:
      return [`Roll back ${variant}`, "rollback"];
    case DecisionAction.KEEP_RUNNING:
    case DecisionAction.UNSPECIFIED:
      return ["Keep running", "none"];
  }
}
