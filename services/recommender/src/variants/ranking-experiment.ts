import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Assignable } from "@craic/experiments/assignment.js";
import {
  Audience,
  type Experiment as Message,
  ExperimentState as StateMessage,
  type Variant as VariantMessage,
} from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import type { Algorithm } from "../ranking/ranker.js";
import type { Served } from "./served.js";

/** An experiment on ranking, and what each of its variants serves. */
export interface RankingExperiment extends Assignable {
  readonly experimentId: string;
  readonly serves: ReadonlyMap<string, Served>;
}

const states: Readonly<Record<StateMessage, Assignable["state"]>> = {
  [StateMessage.UNSPECIFIED]: "draft",
  [StateMessage.DRAFT]: "draft",
  [StateMessage.RUNNING]: "running",
  [StateMessage.PAUSED]: "paused",
  [StateMessage.STOPPED]: "stopped",
};

const audiences: Readonly<Record<Audience, Assignable["targeting"]["audience"]>> = {
  [Audience.UNSPECIFIED]: "",
  [Audience.NEW]: "new",
  [Audience.RETURNING]: "returning",
};

const algorithms: Readonly<Record<string, Algorithm>> = {
  popularity: "popularity",
  collaborative_filtering: "collaborative",
  content_based: "content",
  hybrid: "blend",
};

/**
 * Those experiments that are about ranking, because one of their variants names an algorithm or a channel; the oldest
 * first, which is whose a person is that several would take. Others are somebody else's to serve.
 */
export function rankingExperiments(messages: readonly Message[]): RankingExperiment[] {
  return messages
    .filter(({ variants }) => variants.some(({ algorithm, channel }) => algorithm !== "" || channel !== ""))
    .toSorted(byAge)
    .map(experimentFrom);
}

function experimentFrom(message: Message): RankingExperiment {
  const { experimentId, variants, namespace, targeting } = message;
  return {
    experimentId,
    state: states[message.state] ?? "draft",
    variants: variants.map(({ name, weight, algorithm, channel }) => ({ name, weight, algorithm, channel })),
    seed: message.seed,
    coverage: message.coverage ?? 1,
    namespace: namespace && { name: namespace.name, from: namespace.from, to: namespace.to },
    holdout: message.holdout,
    overrides: new Map(Object.entries(message.overrides)),
    targeting: {
      cityIds: targeting?.cityIds ?? [],
      audience: audiences[targeting?.audience ?? Audience.UNSPECIFIED] ?? "",
    },
    serves: new Map(variants.map((variant) => [variant.name, servedBy(experimentId, variant)])),
  };
}

/** What a newer experiments service may name and this one does not know is served as if nothing were named. */
function servedBy(experimentId: string, { name, algorithm, channel }: VariantMessage): Served {
  return {
    experimentId,
    variant: name,
    algorithm: algorithms[algorithm] ?? "blend",
    channel: channel === "treatment" ? "treatment" : "control",
  };
}

function byAge(a: Message, b: Message): number {
  const [bornA, bornB] = [a, b].map(({ createTime }) => (createTime ? timestampMs(createTime) : 0));
  return bornA! - bornB! || (a.experimentId < b.experimentId ? -1 : 1);
}
