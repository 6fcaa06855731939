import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import { Settings } from "@craic/runtime/settings.js";
import { exitOn } from "@craic/runtime/signals.js";
import { readRecommenderConfig } from "./config.js";
import { createMysqlFeedbackStore } from "./feedback-store.mysql.js";
import { createMysqlMirrorStore } from "./mirror-store.mysql.js";
import { ModelDirectory } from "./model-directory.js";
import { train } from "./trainer.js";

/** Trains one model, publishes it and ends: the recommender's second entry point. */
async function main(): Promise<void> {
  const settings = new Settings(process.env);
  const config = readRecommenderConfig(settings);
  const level = settings.string("LOG_LEVEL", "info");
  settings.check();
  const log = createLogger(level, "train");
  const home = dirname(process.argv[1] ?? ".");
  const migrations = join(home, "migrations", "recommender");
  const database = await openDatabase(config.mysqlUrl, migrations, log, { connections: 1 });
  try {
    const models = new ModelDirectory(config.modelDir);
    const now = () => new Date();
    await models.removeUnfinished(now());
    await train({
      feedback: createMysqlFeedbackStore(database),
      mirror: createMysqlMirrorStore(database),
      models,
      now,
      log,
      pipelineGitSha: settings.optional("CRAIC_GIT_SHA") ?? checkedOutCommit(home),
      imageDigest: settings.optional("CRAIC_IMAGE_DIGEST"),
    });
  } finally {
    await database.close();
  }
}

/** The commit that this code was checked out from; undefined outside a checkout. */
function checkedOutCommit(directory: string): string | undefined {
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    return execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: directory,
      encoding: "utf8",
      stdio: [...stdio],
    }).trim();
  } catch {
    return undefined;
  }
}

main().catch(exitOn);
