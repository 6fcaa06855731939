import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { invalidArgument, notFound, retryLater } from "@craic/runtime/errors.js";
import { cutPage, decodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import { assign } from "./assignment.js";
import { createEdits, draft, nobodyCameLately } from "./edit-experiments.js";
import type { ExperimentRecord } from "./experiment-record.js";
import type { ExperimentStore } from "./experiment-store.js";
import { experimentToProto } from "./experiment-to-proto.js";
import type { LiveExperiments } from "./live-experiments.js";
import { type DecidingMetric, decidingMetric, decidingMetrics } from "./metric.js";
import { orUnavailable } from "./or-unavailable.js";
import { createRecording } from "./record-events.js";
import { resultsOf } from "./results.js";
import { resultsToProto } from "./results-to-proto.js";
import { participantOf } from "./subject.js";
import type { WriteBehind } from "./write-behind.js";
import type { WriteLog } from "./write-log.js";

const DEFAULT_LIFT = 0.1;
const RETRY_AFTER_MS = 1_000;
/** How long results wait for what other replicas have told; without it they are told as they are known here. */
const FOLLOW_WITHIN_MS = 1_000;

export interface ExperimentServiceDependencies {
  readonly store: ExperimentStore;
  readonly live: LiveExperiments;
  readonly writes: WriteBehind;
  readonly writeLog: Pick<WriteLog, "follow">;
  readonly now: () => Date;
}

/** The handlers of craic.experiments.v1.ExperimentService; the contract is in its .proto file. */
export function createExperimentService(
  dependencies: ExperimentServiceDependencies,
): ServiceImpl<typeof ExperimentService> {
  const { store, live, writeLog, now } = dependencies;

  /** An experiment as it is known here; what is not known may be new. */
  async function knownExperiment(experimentId: string): Promise<ExperimentRecord> {
    const record = live.get(experimentId) ?? (await orUnavailable(live.look(experimentId)));
    if (record === undefined) throw notFound("experiment", experimentId);
    return record;
  }

  async function followedWithin(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, ms);
    writeLog.follow().then(resolve, () => resolve());
    await promise;
    clearTimeout(limit);
  }

  return {
    ...createEdits(dependencies),
    ...createRecording(dependencies),

    async getAssignment(request, context) {
      const { experimentId, anonymousId, cityId, isNew } = request;
      const id = participantOf(request, context);
      checkLoaded(live);
      const record = await knownExperiment(experimentId);
      if (record.state === "draft") throw draft(experimentId);
      const stuckTo = live.variantOf(experimentId, id) ?? live.variantOf(experimentId, anonymousId);
      const person = { id, cityId, isNew, stuckTo };
      const { variant, reason } = assign(record, person);
      return { variant: variant?.name ?? "", reason };
    },

    listRunningExperiments() {
      checkLoaded(live);
      return { experiments: live.running().map(experimentToProto) };
    },

    async getExperiment({ experimentId }) {
      const record = await orUnavailable(live.look(experimentId));
      if (record === undefined) throw notFound("experiment", experimentId);
      return { experiment: experimentToProto(record) };
    },

    async listExperiments({ pageSize, pageToken }) {
      const after = decodePageToken(pageToken, "", isCursor);
      const limit = pageLimit(pageSize);
      const all = (await orUnavailable(store.list())).toSorted(newestFirst);
      const found = all.filter(
        (record) =>
          after === undefined || newestFirst(record, { createMs: after[0], experimentId: after[1] }) > 0,
      );
      const page = cutPage(
        found.slice(0, limit + 1),
        limit,
        (last) => [last.createMs, last.experimentId],
        "",
      );
      return { experiments: page.rows.map(experimentToProto), nextPageToken: page.nextPageToken };
    },

    async getResults({ experimentId, windowHours, metric, minimumLift }) {
      const asked = metric === "" ? undefined : decidingMetricOf(metric);
      checkLoaded(live);
      const record = await knownExperiment(experimentId);
      if (record.state === "draft") throw draft(experimentId);
      if (record.state === "stopped" && windowHours > 0) throw nobodyCameLately(experimentId);
      await followedWithin(FOLLOW_WITHIN_MS);
      const people = await orUnavailable(live.peopleIn(experimentId));
      return resultsToProto(
        resultsOf(record, people, {
          metric: asked ?? record.primaryMetrics[0]!,
          windowHours,
          minimumLift: minimumLift || DEFAULT_LIFT,
          nowMs: now().getTime(),
        }),
      );
    },
  };
}

function decidingMetricOf(name: string): DecidingMetric {
  const found = decidingMetric(name);
  if (found !== undefined) return found;
  throw invalidArgument({
    field: "metric",
    description: `"${name}" is not one of ${decidingMetrics.join(", ")}`,
  });
}

/** Until the store has been read who was shown what is not known, and people would change sides. */
function checkLoaded(live: LiveExperiments): void {
  if (!live.isLoaded) {
    throw retryLater(Code.Unavailable, "the experiments have not been read yet", RETRY_AFTER_MS);
  }
}

type Age = Pick<ExperimentRecord, "createMs" | "experimentId">;

function newestFirst(a: Age, b: Age): number {
  return (
    b.createMs - a.createMs ||
    (a.experimentId < b.experimentId ? -1 : a.experimentId > b.experimentId ? 1 : 0)
  );
}

/** Age of a page's last experiment. */
function isCursor(value: unknown): value is readonly [createMs: number, experimentId: string] {
  return (
    Array.isArray(value) && value.length === 2 && Number.isInteger(value[0]) && typeof value[1] === "string"
  );
}
