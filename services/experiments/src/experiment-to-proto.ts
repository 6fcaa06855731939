import { create, fromJson, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs, ValueSchema } from "@bufbuild/protobuf/wkt";
import {
  Audience,
  type ExperimentChangeSchema,
  ExperimentSchema,
  type Experiment as Message,
  ExperimentState as StateMessage,
} from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import type { ExperimentState, Targeting } from "./experiment.js";
import type { ExperimentRecord, RecordedChange } from "./experiment-record.js";

const states: Readonly<Record<ExperimentState, StateMessage>> = {
  draft: StateMessage.DRAFT,
  running: StateMessage.RUNNING,
  paused: StateMessage.PAUSED,
  stopped: StateMessage.STOPPED,
};
const audiences: Readonly<Record<Targeting["audience"], Audience>> = {
  "": Audience.UNSPECIFIED,
  new: Audience.NEW,
  returning: Audience.RETURNING,
};

export function experimentToProto(record: ExperimentRecord): Message {
  const { variants, namespace, overrides, targeting, revision } = record;
  return create(ExperimentSchema, {
    experimentId: record.experimentId,
    description: record.description,
    state: states[record.state],
    variants: variants.map(({ value, ...variant }) => ({
      ...variant,
      value: value === undefined ? undefined : fromJson(ValueSchema, value),
    })),
    seed: record.seed,
    createTime: timestampFromMs(record.createMs),
    coverage: record.coverage,
    namespace: namespace && { ...namespace },
    holdout: record.holdout,
    overrides: Object.fromEntries(overrides),
    targeting: { cityIds: [...targeting.cityIds], audience: audiences[targeting.audience] },
    pauseOnHarm: record.pauseOnHarm,
    startTime: record.startMs === undefined ? undefined : timestampFromMs(record.startMs),
    stopTime: record.stopMs === undefined ? undefined : timestampFromMs(record.stopMs),
    revision: BigInt(revision),
    primaryMetrics: [...record.primaryMetrics],
  });
}

/** @param before the state that the change was made from; undefined for the first */
export function changeToProto(
  { record, changeMs, changedBy }: RecordedChange,
  before: RecordedChange | undefined,
): MessageInitShape<typeof ExperimentChangeSchema> {
  return {
    changeTime: timestampFromMs(changeMs),
    changedBy,
    before: before && experimentToProto(before.record),
    after: experimentToProto(record),
  };
}
