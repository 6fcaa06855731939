import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Environment } from "@craic/runtime/settings.js";
import { smallProcess } from "@craic/runtime/small-process.js";

/**
 * Runs the trainer to its end. It is a process of its own, as it is on a cluster: what it needs of memory is given
 * back when it ends. It is ended with this process.
 *
 * @param assets folder of the bundles, with the trainer in it
 * @param environment the trainer's settings
 * @param signal asks the trainer to stop, which it does without leaving anything behind
 * @returns its exit status; null when a signal ended it
 */
export function runTrainer(
  assets: string,
  environment: Environment,
  args: readonly string[] = [],
  signal?: AbortSignal,
): Promise<number | null> {
  const child = spawn(process.execPath, [...smallProcess.flags, join(assets, "train.mjs"), ...args], {
    env: { ...smallProcess.environment, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const endWithUs = () => child.kill();
  process.once("exit", endWithUs);
  signal?.addEventListener("abort", endWithUs);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      process.off("exit", endWithUs);
      resolve(status);
    });
  });
}
