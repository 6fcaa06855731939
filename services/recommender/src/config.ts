import type { Settings } from "@craic/runtime/settings.js";

export interface RecommenderConfig {
  readonly mysqlUrl: string;
  /** The directory of the models, shared with the trainer. */
  readonly modelDir: string;
  /** How soon another replica's feedback counts here, in milliseconds. */
  readonly pollMs: number;
  /** How soon a change of channels.json counts here, in milliseconds. */
  readonly modelPollMs: number;
  /** How much may be kept of recommendations for their later pages. */
  readonly shelfBytes: number;
}

export function readRecommenderConfig(settings: Settings): RecommenderConfig {
  return {
    mysqlUrl: settings.url("CRAIC_RECOMMENDER_MYSQL_URL", ["mysql"]),
    modelDir: settings.string("CRAIC_MODEL_DIR"),
    pollMs: settings.integer("CRAIC_RECOMMENDER_POLL_MS", 1_000, 20, 60_000),
    modelPollMs: settings.integer("CRAIC_MODEL_POLL_MS", 2_000, 20, 60_000),
    shelfBytes: 1_048_576 * settings.integer("CRAIC_RECOMMENDER_SHELF_MIB", 16, 1, 1_024),
  };
}
