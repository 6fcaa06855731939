import type { Settings } from "@craic/runtime/settings.js";
import type { AttributionRules } from "./attribution.js";
import type { DynamoConfig } from "./dynamodb.js";

export interface ExperimentsConfig {
  readonly dynamo: DynamoConfig;
  readonly experimentsTable: string;
  readonly assignmentsTable: string;
  readonly rules: AttributionRules;
  /** Events that may wait for the store. */
  readonly queueCapacity: number;
  /** How often experiments that other replicas changed are looked for, and experiments for harm. */
  readonly pollMs: number;
  readonly guardMs: number;
  /** How often everybody is read again where other replicas write too. */
  readonly rereadMs: number;
  /** How long what waits may take to be written once the process is asked to stop. */
  readonly drainMs: number;
}

const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;
const CONNECTIONS = 16;
const TIMEOUT_MS = 3_000;
const ATTEMPTS = 4;

export function readExperimentsConfig(settings: Settings): ExperimentsConfig {
  return {
    dynamo: {
      endpoint:
        settings.optional("CRAIC_DYNAMODB_ENDPOINT") === undefined
          ? ""
          : settings.url("CRAIC_DYNAMODB_ENDPOINT", ["http", "https"]),
      region: settings.optional("CRAIC_DYNAMODB_REGION") ?? "",
      connections: CONNECTIONS,
      timeoutMs: TIMEOUT_MS,
      attempts: ATTEMPTS,
    },
    experimentsTable: settings.string("CRAIC_EXPERIMENTS_TABLE", "whatsthecraic-experiments"),
    assignmentsTable: settings.string("CRAIC_EXPERIMENTS_ASSIGNMENTS_TABLE", "whatsthecraic-ab-assignments"),
    rules: {
      windowMs: HOUR_MS * settings.number("CRAIC_EXPERIMENTS_WINDOW_HOURS", 168, 0.1, 10_000),
      mostExposuresPerHour: settings.integer("CRAIC_EXPERIMENTS_BOT_EXPOSURES", 240, 1, 1_000_000),
    },
    queueCapacity: settings.integer("CRAIC_EXPERIMENTS_QUEUE", 50_000, 1, 10_000_000),
    pollMs: settings.integer("CRAIC_EXPERIMENTS_POLL_MS", 5_000, 10, HOUR_MS),
    guardMs: MINUTE_MS * settings.number("CRAIC_EXPERIMENTS_GUARD_MINUTES", 5, 0.001, 10_000),
    rereadMs: MINUTE_MS * settings.number("CRAIC_EXPERIMENTS_REREAD_MINUTES", 360, 0.001, 10_000),
    drainMs: settings.integer("CRAIC_EXPERIMENTS_DRAIN_MS", 10_000, 0, 600_000),
  };
}
