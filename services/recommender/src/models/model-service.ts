import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type ModelChannel,
  type ModelService,
  SwitchTarget,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { invalidArgument, reasoned } from "@craic/runtime/errors.js";
import { decodePageToken, encodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import type { Training } from "../training/training-news.js";
import type { Channel } from "./channels.js";
import { UnreadableChannels, UnwritableChannels } from "./channels-file.js";
import type { CurrentModel } from "./current-model.js";
import type { Guard } from "./guard.js";
import { type ModelDirectory, UnusableModel } from "./model-directory.js";
import { DigestMismatch } from "./model-file.js";
import type { ModelEntry, ModelInventory } from "./model-inventory.js";
import type { ModelLifecycle } from "./model-lifecycle.js";
import { Refusal, type RefusalReason } from "./model-refusal.js";
import {
  channelFromProto,
  channelStatuses,
  channelsFromProto,
  channelToProto,
  guardToProto,
  newsToProto,
  shadowToProto,
  switchToProto,
  versionToProto,
} from "./model-status-to-proto.js";
import { compareVersions, parseVersion } from "./model-version.js";
import type { Shadow } from "./shadow.js";

export interface ModelServiceDependencies {
  readonly model: CurrentModel;
  readonly models: ModelDirectory;
  readonly inventory: ModelInventory;
  readonly lifecycle: ModelLifecycle;
  readonly guard: Guard;
  readonly shadow: Shadow;
  readonly training: Training;
  readonly now: () => Date;
}

/** The handlers of craic.recommender.v1.ModelService; the contract is in its .proto file. */
export function createModelService({
  model,
  models,
  inventory,
  lifecycle,
  guard,
  shadow,
  training,
  now,
}: ModelServiceDependencies): ServiceImpl<typeof ModelService> {
  return {
    async listModels({ pageSize, pageToken }) {
      const cursor = decodePageToken(pageToken, "models", isVersionCursor);
      const limit = pageLimit(pageSize);
      const newestFirst = (await models.versions()).toReversed();
      const rest = newestFirst.filter((each) => cursor === undefined || compareVersions(each, cursor[0]) < 0);
      const page = rest.slice(0, limit);
      const entries: ModelEntry[] = [];
      // One after the other: only one is in memory at a time.
      for (const version of page) entries.push(await inventory.describe(version, lifecycle.record.withdrawn));
      const last = page.at(-1);
      return {
        models: entries.map((entry) => versionToProto(entry, lifecycle, model)),
        nextPageToken: rest.length > limit && last !== undefined ? encodePageToken([last], "models") : "",
      };
    },

    async getModelStatus() {
      return {
        channels: await channelStatuses(lifecycle, model, inventory),
        guard: guardToProto(guard),
        switches: lifecycle.record.journal.toReversed().map(switchToProto),
        problem: lifecycle.problemWith("channels"),
      };
    },

    async getShadowReport() {
      const { comparison } = shadow;
      return comparison === undefined ? {} : shadowToProto(comparison);
    },

    async reload({ version, sha256, channel }) {
      const wanted = channelOf(channel);
      const { model: loaded, reloaded } = await told(() => lifecycle.reload(wanted, version, sha256));
      return {
        version: loaded.manifest.version,
        sha256: loaded.sha256,
        channel: channelToProto(wanted),
        reloaded,
      };
    },

    async switchModel({ version, target, expectedVersion, reason }) {
      const channels = channelsFromProto(target);
      if (channels === undefined)
        throw invalidArgument({ field: "target", description: "is not one that we know" });
      const leavesNone = target === SwitchTarget.CONTROL || target === SwitchTarget.ALL;
      if (version === "" && leavesNone) {
        throw invalidArgument({ field: "version", description: "is empty, and control needs one" });
      }
      const wish = { expected: expectedVersion, cause: "operator", reason } as const;
      await told(() => lifecycle.switchTo(channels, version, wish));
      return { channels: await channelStatuses(lifecycle, model, inventory) };
    },

    async rollback({ channel, expectedVersion, reason }) {
      const wish = { expected: expectedVersion, cause: "rollback", reason } as const;
      const { version, withdrawn } = await told(() => lifecycle.rollBack(channelOf(channel), wish));
      return { version, withdrawnVersion: withdrawn };
    },

    async *retrain({ force }) {
      try {
        // A trainer would find out, too, but could only say that it has failed.
        await models.channelsFile.read();
        for await (const news of training.start(force)) {
          // Whoever hears of a new model finds it ranking here.
          if (news.outcome?.result === "published") await lifecycle.follow();
          yield newsToProto(news, now());
        }
      } catch (error) {
        throw asConnectError(error);
      }
    },
  };
}

const codes: Readonly<Record<RefusalReason, Code>> = {
  MODEL_NOT_FOUND: Code.NotFound,
  DIGEST_MISMATCH: Code.FailedPrecondition,
  MODEL_WITHDRAWN: Code.FailedPrecondition,
  CHANNEL_EMPTY: Code.FailedPrecondition,
  CHANNEL_MOVED: Code.Aborted,
  NOTHING_BEFORE: Code.FailedPrecondition,
  TRAINING_RUNNING: Code.FailedPrecondition,
  TRAINER_MISSING: Code.FailedPrecondition,
  TRAINING_FAILED: Code.Internal,
};

/** Lets the caller know why something was not done. */
async function told<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    throw asConnectError(error);
  }
}

/** What is not foreseen stays what it is. */
function asConnectError(error: unknown): unknown {
  if (error instanceof ConnectError) return error;
  if (error instanceof Refusal) return reasoned(codes[error.reason], error.reason, error.message);
  if (error instanceof UnusableModel) {
    const reason = error.cause instanceof DigestMismatch ? "DIGEST_MISMATCH" : "MODEL_UNUSABLE";
    return reasoned(Code.FailedPrecondition, reason, error.message);
  }
  if (error instanceof UnreadableChannels) {
    return reasoned(Code.FailedPrecondition, "CHANNELS_UNREADABLE", error.message);
  }
  if (error instanceof UnwritableChannels) {
    const code = error.isFull ? Code.ResourceExhausted : Code.Unavailable;
    return reasoned(code, "CHANNELS_UNWRITABLE", error.message);
  }
  return error;
}

function channelOf(message: ModelChannel): Channel {
  const channel = channelFromProto(message);
  if (channel === undefined)
    throw invalidArgument({ field: "channel", description: "is not one that we know" });
  return channel;
}

function isVersionCursor(value: unknown): value is readonly [version: string] {
  return Array.isArray(value) && typeof value[0] === "string" && parseVersion(value[0]) !== undefined;
}
