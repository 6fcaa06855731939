import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Duration, durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  SwitchCause as CauseMessage,
  type ChannelStatusSchema,
  type ChannelSwitchSchema,
  ModelCondition as ConditionMessage,
  type GetShadowReportResponseSchema,
  GuardState as GuardStateMessage,
  type GuardStatusSchema,
  type LatencySummarySchema,
  ModelChannel,
  type ModelVersionSchema,
  type RetrainResponseSchema,
  type ServingFiguresSchema,
  SwitchTarget,
  TrainingResult,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { POPULARITY_VERSION } from "../ranking/ranking-model.js";
import type { TrainingNews } from "../training/training-news.js";
import {
  type Channel,
  type ChannelSwitch,
  channelNames,
  rollbackTargets,
  type SwitchCause,
} from "./channels.js";
import type { CurrentModel } from "./current-model.js";
import type { Guard, GuardState } from "./guard.js";
import type { ModelCondition, ModelEntry, ModelInventory } from "./model-inventory.js";
import type { ModelLifecycle } from "./model-lifecycle.js";
import { modelToProto } from "./model-to-proto.js";
import { quantile, type RecentNumbers } from "./recent-numbers.js";
import type { ServingFigures } from "./serving-figures.js";
import { SHADOW_TOP, type ShadowComparison } from "./shadow-comparison.js";

const channelMessages: Readonly<Record<Channel, ModelChannel>> = {
  control: ModelChannel.CONTROL,
  treatment: ModelChannel.TREATMENT,
  shadow: ModelChannel.SHADOW,
};

const conditionMessages: Readonly<Record<ModelCondition, ConditionMessage>> = {
  available: ConditionMessage.AVAILABLE,
  rejected: ConditionMessage.REJECTED,
  withdrawn: ConditionMessage.WITHDRAWN,
  unusable: ConditionMessage.UNUSABLE,
};

const causeMessages: Readonly<Record<SwitchCause, CauseMessage>> = {
  training: CauseMessage.TRAINING,
  operator: CauseMessage.OPERATOR,
  rollback: CauseMessage.ROLLBACK,
  guard: CauseMessage.GUARD,
};

const guardMessages: Readonly<Record<GuardState, GuardStateMessage>> = {
  idle: GuardStateMessage.IDLE,
  watching: GuardStateMessage.WATCHING,
  passed: GuardStateMessage.PASSED,
  harmFound: GuardStateMessage.HARM_FOUND,
};

const resultMessages = {
  published: TrainingResult.PUBLISHED,
  rejected: TrainingResult.REJECTED,
  skipped: TrainingResult.SKIPPED,
} as const;

export function channelToProto(channel: Channel): ModelChannel {
  return channelMessages[channel];
}

/** undefined for a number that we do not know. */
export function channelFromProto(message: ModelChannel): Channel | undefined {
  switch (message) {
    case ModelChannel.UNSPECIFIED:
    case ModelChannel.CONTROL:
      return "control";
    case ModelChannel.TREATMENT:
      return "treatment";
    case ModelChannel.SHADOW:
      return "shadow";
    default:
      return undefined;
  }
}

/** undefined for a number that we do not know. */
export function channelsFromProto(target: SwitchTarget): readonly Channel[] | undefined {
  switch (target) {
    case SwitchTarget.CONTROL:
      return ["control"];
    case SwitchTarget.TREATMENT:
      return ["treatment"];
    case SwitchTarget.SHADOW:
      return ["shadow"];
    case SwitchTarget.ALL:
      return channelNames;
    default:
      return undefined;
  }
}

export function versionToProto(
  { version, manifest, condition, reason }: ModelEntry,
  lifecycle: ModelLifecycle,
  model: CurrentModel,
): MessageInitShape<typeof ModelVersionSchema> {
  const { published } = lifecycle.record;
  return {
    version,
    model: manifest && modelToProto(manifest),
    condition: conditionMessages[condition],
    reason,
    publishedIn: channelNames.filter((each) => published[each] === version).map(channelToProto),
    servingIn: model.channelsOf(version).map(channelToProto),
  };
}

export async function channelStatuses(
  lifecycle: ModelLifecycle,
  model: CurrentModel,
  inventory: ModelInventory,
): Promise<MessageInitShape<typeof ChannelStatusSchema>[]> {
  const statuses: MessageInitShape<typeof ChannelStatusSchema>[] = [];
  for (const channel of channelNames) {
    const loaded = model.loadedIn(channel);
    statuses.push({
      channel: channelToProto(channel),
      publishedVersion: lifecycle.record.published[channel],
      servingVersion: loaded?.manifest.version ?? (channel === "control" ? POPULARITY_VERSION : ""),
      servingSha256: loaded?.sha256,
      formerVersions: await inventory.usable(rollbackTargets(lifecycle.record, channel)),
      problem: lifecycle.problemWith(channel),
    });
  }
  return statuses;
}

export function switchToProto(entry: ChannelSwitch): MessageInitShape<typeof ChannelSwitchSchema> {
  return {
    switchTime: timestampFromDate(new Date(entry.time)),
    channel: channelToProto(entry.channel),
    fromVersion: entry.from,
    toVersion: entry.to,
    cause: causeMessages[entry.cause],
    reason: entry.reason,
  };
}

export function guardToProto(guard: Guard): MessageInitShape<typeof GuardStatusSchema> {
  return {
    state: guardMessages[guard.state],
    after: figuresToProto(guard.after),
    before: guard.before && figuresToProto(guard.before),
    alpha: guard.alpha,
    finding: guard.finding,
  };
}

function figuresToProto(figures: ServingFigures): MessageInitShape<typeof ServingFiguresSchema> {
  const { answers, failures, recommendations, saved } = figures.totals();
  const { median, p95 } = latencyToProto(figures.sortedLatencies());
  return {
    version: figures.version,
    answers: BigInt(answers),
    failures: BigInt(failures),
    medianLatency: median,
    p95Latency: p95,
    recommendations: BigInt(recommendations),
    saved: BigInt(saved),
  };
}

export function shadowToProto(
  comparison: ShadowComparison,
): MessageInitShape<typeof GetShadowReportResponseSchema> {
  const summary = (latencies: RecentNumbers) => latencyToProto(latencies.sorted());
  return {
    shadowVersion: comparison.shadowVersion,
    controlVersion: comparison.controlVersion,
    requests: BigInt(comparison.requests),
    dropped: BigInt(comparison.dropped),
    failures: BigInt(comparison.failures),
    top: SHADOW_TOP,
    meanOverlap: comparison.meanOverlap,
    meanRankCorrelation: comparison.meanCorrelation,
    shadowLatency: summary(comparison.shadowMs),
    controlLatency: summary(comparison.controlMs),
  };
}

function latencyToProto(sorted: Float32Array): MessageInitShape<typeof LatencySummarySchema> {
  return { median: durationOf(quantile(sorted, 0.5)), p95: durationOf(quantile(sorted, 0.95)) };
}

/** Unset where nothing was measured. */
function durationOf(ms: number): Duration | undefined {
  if (Number.isNaN(ms)) return undefined;
  const nanos = Math.round(ms * 1e6);
  return { ...durationFromMs(0), seconds: BigInt(Math.floor(nanos / 1e9)), nanos: nanos % 1e9 };
}

export function newsToProto(
  { step, done, outcome }: TrainingNews,
  now: Date,
): MessageInitShape<typeof RetrainResponseSchema> {
  return {
    stepTime: timestampFromDate(now),
    step,
    done,
    outcome: outcome && { ...outcome, result: resultMessages[outcome.result] },
  };
}
