import type { Logger } from "@craic/runtime/log.js";
import { inState } from "./experiment-record.js";
import type { ExperimentStore } from "./experiment-store.js";
import type { LiveExperiments } from "./live-experiments.js";
import { resultsOf } from "./results.js";

/** Who changed an experiment that was paused because of harm. */
const GUARD = "guard";

interface GuardDependencies {
  readonly store: ExperimentStore;
  readonly live: LiveExperiments;
  readonly now: () => Date;
  readonly log: Logger;
}

/**
 * Pauses those experiments that want it and in which a variant does harm, by the tests that hold at every look: however
 * often this is done, an experiment without harm is paused with probability 0.05 at most. Throws StoreAway.
 */
export async function pauseHarmful({ store, live, now, log }: GuardDependencies): Promise<void> {
  for (const record of live.running()) {
    const { experimentId } = record;
    if (record.state !== "running" || !record.pauseOnHarm) continue;
    const nowMs = now().getTime();
    const question = { metric: record.primaryMetrics[0]!, windowHours: 0, minimumLift: 0.1, nowMs };
    const { decision } = resultsOf(record, await live.peopleIn(experimentId), question);
    if (decision.action !== "rollback") continue;
    const before = await store.find(experimentId);
    // Somebody may have changed it since we knew it; the next look sees what they made of it.
    if (before === undefined || before.record.revision !== record.revision) continue;
    const paused = inState(record, "paused", nowMs);
    if (await store.replace(before, { record: paused, changeMs: nowMs, changedBy: GUARD })) {
      live.note(paused);
      log.warn({ experimentId, reason: decision.reason }, "an experiment does harm, and is paused");
    }
  }
}
