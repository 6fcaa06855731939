import { type PodAccount, readPodAccount } from "@craic/runtime/kubernetes.js";
import type { Settings } from "@craic/runtime/settings.js";
import type { TraceRetention } from "./traces/provenance.js";

export interface RecommenderConfig {
  readonly mysqlUrl: string;
  /** The directory of the models, shared with the trainer. */
  readonly modelDir: string;
  /** How soon another replica's feedback counts here, in milliseconds. */
  readonly pollMs: number;
  /** How soon a change of channels.json counts here, in milliseconds. */
  readonly modelPollMs: number;
  /** What the guard may err by, and how long it watches; see guard.ts. */
  readonly guard: { readonly alpha: number; readonly watchMs: number };
  /** Share of the requests that a shadow ranks too. */
  readonly shadowShare: number;
  /** The CronJob that Retrain makes a Job of; undefined where it starts a process beside this one. */
  readonly retrain: { readonly cronJob: string; readonly api: PodAccount } | undefined;
  /** All settings, for a trainer that is started here. */
  readonly environment: Readonly<Record<string, string>>;
  /** How much may be kept of ranked lists. */
  readonly listBytes: number;
  /** How long a list may answer the same question again, in milliseconds; 0 for never. */
  readonly answersMs: number;
  /** Share of the places of a list from the 4th on that go to events which few have seen, 0 to 1. */
  readonly explorationShare: number;
  readonly traces: TraceRetention;
  /** How soon a change of an experiment counts here, in milliseconds. */
  readonly experimentsPollMs: number;
  /** Exposures and conversions that may wait for the experiments service. */
  readonly experimentsQueue: number;
  /** Length of the window that drift is measured over, in milliseconds. */
  readonly driftMs: number;
}

const MIB = 1_048_576;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function readRecommenderConfig(settings: Settings): RecommenderConfig {
  return {
    mysqlUrl: settings.url("CRAIC_RECOMMENDER_MYSQL_URL", ["mysql"]),
    modelDir: settings.string("CRAIC_MODEL_DIR"),
    pollMs: settings.integer("CRAIC_RECOMMENDER_POLL_MS", 1_000, 20, 60_000),
    modelPollMs: settings.integer("CRAIC_MODEL_POLL_MS", 2_000, 20, 60_000),
    guard: {
      alpha: settings.number("CRAIC_MODEL_GUARD_ALPHA", 0.01, 0, 0.5),
      watchMs: HOUR_MS * settings.integer("CRAIC_MODEL_GUARD_HOURS", 24, 1, 24),
    },
    shadowShare: settings.number("CRAIC_MODEL_SHADOW_SHARE", 0.05, 0, 1),
    retrain: readRetrain(settings),
    environment: settings.given(),
    listBytes: MIB * settings.integer("CRAIC_RECOMMENDER_LISTS_MIB", 16, 1, 1_024),
    answersMs: MINUTE_MS * settings.integer("CRAIC_RECOMMENDER_CACHE_MINUTES", 360, 0, 360),
    explorationShare: settings.number("CRAIC_RECOMMENDER_EXPLORATION_SHARE", 0.05, 0, 0.5),
    traces: {
      sampledShare: settings.number("CRAIC_RECOMMENDER_TRACE_SHARE", 1, 0, 1),
      days: settings.integer("CRAIC_RECOMMENDER_TRACE_DAYS", 14, 1, 365),
      most: settings.integer("CRAIC_RECOMMENDER_TRACES_KEPT", 100_000, 1_000, 1_000_000_000),
    },
    experimentsPollMs: settings.integer("CRAIC_RECOMMENDER_EXPERIMENTS_POLL_MS", 500, 20, 60_000),
    experimentsQueue: settings.integer("CRAIC_RECOMMENDER_EXPERIMENTS_QUEUE", 10_000, 1, 1_000_000),
    driftMs: HOUR_MS * settings.integer("CRAIC_RECOMMENDER_DRIFT_HOURS", 24, 1, 720),
  };
}

function readRetrain(settings: Settings): RecommenderConfig["retrain"] {
  const cronJob = settings.optional("CRAIC_RETRAIN_CRONJOB");
  return cronJob === undefined ? undefined : { cronJob, api: readPodAccount(settings) };
}
