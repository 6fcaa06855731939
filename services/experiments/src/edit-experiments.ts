import type { ServiceImpl } from "@connectrpc/connect";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { notFound, reasoned } from "@craic/runtime/errors.js";
import { decodePageToken, encodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import { principalKey } from "@craic/runtime/principal.js";
import { experimentFromProto } from "./experiment-from-proto.js";
import {
  draftOf,
  type ExperimentContent,
  type ExperimentRecord,
  inState,
  type RecordedChange,
  withContent,
} from "./experiment-record.js";
import type { ExperimentStore } from "./experiment-store.js";
import { changeToProto, experimentToProto } from "./experiment-to-proto.js";
import type { LiveExperiments } from "./live-experiments.js";
import { orUnavailable } from "./or-unavailable.js";

interface EditDependencies {
  readonly store: ExperimentStore;
  readonly live: LiveExperiments;
  readonly now: () => Date;
}

type Edits = Pick<
  ServiceImpl<typeof ExperimentService>,
  | "createExperiment"
  | "updateExperiment"
  | "startExperiment"
  | "pauseExperiment"
  | "stopExperiment"
  | "listExperimentChanges"
>;

/** The handlers that change experiments, and tell who did. */
export function createEdits({ store, live, now }: EditDependencies): Edits {
  /** @param change the experiment as it should be; the record itself where it is so already */
  async function edit(
    experimentId: string,
    changedBy: string,
    change: (record: ExperimentRecord, nowMs: number) => ExperimentRecord,
  ): Promise<ExperimentRecord> {
    const before = await orUnavailable(store.find(experimentId));
    if (before === undefined) throw notFound("experiment", experimentId);
    const changeMs = now().getTime();
    const record = change(before.record, changeMs);
    if (record === before.record) return record;
    if (!(await orUnavailable(store.replace(before, { record, changeMs, changedBy })))) {
      throw changed(experimentId);
    }
    live.note(record);
    return record;
  }

  return {
    async createExperiment({ experiment }, { values }) {
      const content = experimentFromProto(experiment!);
      const changeMs = now().getTime();
      const change: RecordedChange = {
        record: draftOf(content, changeMs),
        changeMs,
        changedBy: values.get(principalKey).userId,
      };
      if (!(await orUnavailable(store.create(change)))) {
        throw new ConnectError(
          `there is an experiment "${content.experimentId}" already`,
          Code.AlreadyExists,
        );
      }
      live.note(change.record);
      return { experiment: experimentToProto(change.record) };
    },

    async updateExperiment({ experiment }, { values }) {
      const content = experimentFromProto(experiment!);
      const { experimentId } = content;
      const by = values.get(principalKey).userId;
      const record = await edit(experimentId, by, (current, nowMs) => {
        if (current.state === "stopped") throw stopped(experimentId);
        if (BigInt(current.revision) !== experiment!.revision) throw changed(experimentId);
        if (current.startMs !== undefined) checkKept(current, content);
        return withContent(current, content, nowMs);
      });
      return { experiment: experimentToProto(record) };
    },

    async startExperiment({ experimentId }, { values }) {
      const by = values.get(principalKey).userId;
      const record = await edit(experimentId, by, (current, nowMs) => {
        if (current.state === "stopped") throw stopped(experimentId);
        return current.state === "running" ? current : inState(current, "running", nowMs);
      });
      return { experiment: experimentToProto(record) };
    },

    async pauseExperiment({ experimentId }, { values }) {
      const by = values.get(principalKey).userId;
      const record = await edit(experimentId, by, (current, nowMs) => {
        if (current.state === "stopped") throw stopped(experimentId);
        if (current.state === "draft") throw draft(experimentId);
        return current.state === "paused" ? current : inState(current, "paused", nowMs);
      });
      return { experiment: experimentToProto(record) };
    },

    async stopExperiment({ experimentId }, { values }) {
      const by = values.get(principalKey).userId;
      const record = await edit(experimentId, by, (current, nowMs) => {
        if (current.state === "draft") throw draft(experimentId);
        return current.state === "stopped" ? current : inState(current, "stopped", nowMs);
      });
      return { experiment: experimentToProto(record) };
    },

    async listExperimentChanges({ experimentId, pageSize, pageToken }) {
      const [from = Number.MAX_SAFE_INTEGER] = decodePageToken(pageToken, experimentId, isCursor) ?? [];
      const limit = pageLimit(pageSize);
      // One more than asked for: it is what the last one was made from.
      const found = await orUnavailable(store.history(experimentId, from, limit + 1));
      if (found.length === 0) throw notFound("experiment", experimentId);
      const next = found[limit];
      return {
        changes: found.slice(0, limit).map((change, i) => changeToProto(change, found[i + 1])),
        nextPageToken: next === undefined ? "" : encodePageToken([next.record.revision], experimentId),
      };
    },
  };
}

/** People have been assigned by these: another seed or namespace would assign them anew, and results would mix. */
function checkKept(current: ExperimentRecord, content: ExperimentContent): void {
  const { experimentId } = current;
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  // What was to be found is said beforehand: to choose it by the results would find anything.
  const fixed = ["seed", "namespace", "primaryMetrics"] as const;
  if (fixed.some((field) => !isSame(current[field], content[field]))) {
    throw reasoned(
      Code.FailedPrecondition,
      "EXPERIMENT_NOT_DRAFT",
      `"${experimentId}" has been running, so its seed, namespace and primary metrics stay as they are: ` +
        "make a new experiment",
    );
  }
  const kept = new Set(content.variants.map(({ name }) => name));
  const gone = current.variants.find(({ name }) => !kept.has(name));
  if (gone !== undefined) {
    throw reasoned(
      Code.FailedPrecondition,
      "VARIANT_IN_USE",
      `people have been assigned to "${gone.name}" of "${experimentId}": give it the weight 0 instead`,
    );
  }
}

/** What a draft has none of yet. */
export function draft(experimentId: string): ConnectError {
  const sentence = `"${experimentId}" is a draft: start it first`;
  return reasoned(Code.FailedPrecondition, "EXPERIMENT_DRAFT", sentence);
}

/** The last hours of an experiment that is over. */
export function nobodyCameLately(experimentId: string): ConnectError {
  const sentence = `"${experimentId}" is stopped, so nobody came in the last hours: ask for its whole run, with a window of 0 hours`;
  return reasoned(Code.FailedPrecondition, "EXPERIMENT_STOPPED", sentence);
}

function stopped(experimentId: string): ConnectError {
  const sentence = `"${experimentId}" is stopped for good: make a new experiment`;
  return reasoned(Code.FailedPrecondition, "EXPERIMENT_STOPPED", sentence);
}

function changed(experimentId: string): ConnectError {
  const sentence = `"${experimentId}" has been changed meanwhile: read it again`;
  return reasoned(Code.Aborted, "EXPERIMENT_CHANGED", sentence);
}

/** The revision that a page begins with. */
function isCursor(value: unknown): value is readonly [revision: number] {
  return Array.isArray(value) && value.length === 1 && Number.isInteger(value[0]) && value[0] > 0;
}
