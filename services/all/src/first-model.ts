import type { RunningRecommender } from "@craic/recommender/module.js";
import type { Logger } from "@craic/runtime/log.js";
import { runTrainer } from "./trainer-process.js";

interface FirstModelOptions {
  readonly recommender: RunningRecommender;
  /** Folder of the bundles, with the trainer in it. */
  readonly assets: string;
  /** The trainer's settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/**
 * Trains a model where none ranks yet, and lets it rank. Without a model popularity ranks, so a training that fails
 * is told and not fatal.
 */
export async function trainFirstModel(options: FirstModelOptions): Promise<void> {
  const { recommender, assets, environment, log } = options;
  if ((await recommender.reloadModel()) !== undefined) return;
  const status = await runTrainer(assets, environment);
  if (status !== 0) log.error({ status }, "the first model could not be trained; popularity ranks");
  await recommender.reloadModel();
}
