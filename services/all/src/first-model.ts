import { spawn } from "node:child_process";
import { join } from "node:path";
import type { RunningRecommender } from "@craic/recommender/module.js";
import type { Logger } from "@craic/runtime/log.js";

interface FirstModelOptions {
  readonly recommender: RunningRecommender;
  /** Folder of the bundles, with the trainer in it. */
  readonly assets: string;
  /** The trainer's settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/**
 * Trains a model where none ranks yet, and lets it rank. The trainer is a process of its own, as it is on a
 * cluster: what it needs of memory is given back when it ends. Without a model popularity ranks, so a training
 * that fails is told and not fatal.
 */
export async function trainFirstModel(options: FirstModelOptions): Promise<void> {
  const { recommender, assets, environment, log } = options;
  if ((await recommender.reloadModel()) !== undefined) return;
  const status = await run(join(assets, "train.mjs"), environment);
  if (status !== 0) log.error({ status }, "the first model could not be trained; popularity ranks");
  await recommender.reloadModel();
}

function run(script: string, environment: Readonly<Record<string, string>>): Promise<number | null> {
  const child = spawn(process.execPath, [script], {
    env: environment,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const endWithUs = () => child.kill();
  process.once("exit", endWithUs);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      process.off("exit", endWithUs);
      resolve(status);
    });
  });
}
