import { execFileSync } from "node:child_process";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { createLogger, type Logger } from "@craic/runtime/log.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import { Settings } from "@craic/runtime/settings.js";
import { exitOn } from "@craic/runtime/signals.js";
import { readRecommenderConfig } from "./config.js";
import { UnreadableChannels } from "./models/channels-file.js";
import { ModelDirectory } from "./models/model-directory.js";
import type { ModelManifest } from "./models/model-manifest.js";
import { NotPublished } from "./models/publish-model.js";
import { ReportFile } from "./training/report-file.js";
import { parseTrainArguments, TRAIN_USAGE, trainExit, UsageError } from "./training/train-command.js";
import { type TrainOutcome, train } from "./training/trainer.js";
import { createMysqlTrainingData } from "./training/training-data-store.mysql.js";
import { readTrainingRules } from "./training/training-due.js";
import { createMysqlTrainingLock } from "./training/training-lock-store.mysql.js";
import { reportTo } from "./training/training-report.js";

/** The lock's connection, and the one that reads. */
const CONNECTIONS = 2;

/** Trains one model, publishes it and ends: the recommender's second entry point. Returns the exit status. */
async function main(): Promise<number> {
  const { help, ...asked } = parseTrainArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(TRAIN_USAGE);
    return trainExit.done;
  }
  const settings = new Settings(process.env);
  const config = readRecommenderConfig(settings);
  const rules = readTrainingRules(settings);
  const reload = await readReload(settings);
  const force = settings.flag("CRAIC_TRAIN_FORCE", asked.force);
  const reportFile = settings.optional("CRAIC_TRAIN_REPORT_FILE");
  const level = settings.string("LOG_LEVEL", "info");
  settings.check();
  const log = createLogger(level, "train");
  const home = dirname(process.argv[1] ?? ".");
  const calledOff = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => calledOff.abort(signal));

  const migrations = join(home, "migrations", "recommender");
  const report = reportFile === undefined ? undefined : new ReportFile(reportFile);
  const tell = reportTo(process.stderr, log);
  const ended = (status: number) => {
    report?.ended(status);
    return status;
  };
  const database = await openDatabase(config.mysqlUrl, migrations, log, {
    connections: CONNECTIONS,
    // One is held and says nothing for as long as a training takes.
    silenceMs: 0,
  });
  try {
    const outcome = await train({
      data: createMysqlTrainingData(database),
      lock: createMysqlTrainingLock(database),
      models: new ModelDirectory(config.modelDir),
      rules,
      now: () => new Date(),
      log,
      trainer: `process ${process.pid} on ${hostname()}`,
      force,
      pipelineGitSha: settings.optional("CRAIC_GIT_SHA") ?? checkedOutCommit(home),
      imageDigest: settings.optional("CRAIC_IMAGE_DIGEST"),
      onProgress(progress) {
        tell(progress);
        report?.progress(progress);
      },
      signal: calledOff.signal,
    });
    return ended(await conclude(outcome, reload, { log, report }));
  } catch (error) {
    if (calledOff.signal.aborted && error === calledOff.signal.reason) {
      log.warn({ signal: error }, "training was called off; nothing was published");
      return ended(trainExit.calledOff);
    }
    if (!(error instanceof NotPublished || error instanceof UnreadableChannels)) throw error;
    // Whoever has asked for the training is told why.
    log.error({ err: error, outcome: "failed", version: "", reason: error.message }, "training has failed");
    report?.outcome("failed", "", error.message);
    process.stderr.write(`${error.message}\n`);
    return ended(trainExit.notPublished);
  } finally {
    await database.close();
  }
}

/** Tells the recommenders of a model; false when not all of them have it then. */
type Reload = (manifest: ModelManifest, log: Logger) => Promise<boolean>;

/** What it takes to call others is loaded only where there are others to call: it is a sixth of this process. */
async function readReload(settings: Settings): Promise<Reload> {
  if (settings.optional("CRAIC_TRAIN_RELOAD_TARGETS") === undefined) return async () => true;
  const { isComplete, readReloadTargets, reloadEverywhere } = await import("./models/reload-everywhere.js");
  const targets = readReloadTargets(settings);
  return async (manifest, log) => isComplete(await reloadEverywhere(targets, manifest, log));
}

/** Says what came of it, and tells the recommenders of a model that is to serve. Returns the exit status. */
async function conclude(outcome: TrainOutcome, reload: Reload, listeners: Listeners): Promise<number> {
  switch (outcome.outcome) {
    case "published": {
      const { version, gate } = outcome.manifest;
      say(listeners, outcome.outcome, version, `model ${version} serves from now on: ${gate?.reason}`);
      if (await reload(outcome.manifest, listeners.log)) return trainExit.done;
      process.stderr.write("not every recommender could be told; they look for themselves within seconds\n");
      return trainExit.notTold;
    }
    case "rejected": {
      const { version, gate } = outcome.manifest;
      say(listeners, outcome.outcome, version, `model ${version} was rejected: ${gate?.reason}`);
      return trainExit.rejected;
    }
    case "skipped":
      say(listeners, outcome.outcome, "", outcome.reason);
      return trainExit.done;
    case "busy":
      say(listeners, outcome.outcome, "", outcome.reason);
      return trainExit.busy;
  }
}

/** Those who read what came of it. */
interface Listeners {
  readonly log: Logger;
  readonly report: ReportFile | undefined;
}

/** One line for programs, with what came of it, and one for people. */
function say(
  { log, report }: Listeners,
  outcome: TrainOutcome["outcome"],
  version: string,
  sentence: string,
): void {
  log.info({ outcome, version, reason: sentence }, "training has ended");
  report?.outcome(outcome, version, sentence);
  process.stderr.write(`${sentence}\n`);
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

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (!(error instanceof UsageError)) exitOn(error);
    process.stderr.write(`${error.message}\n\n${TRAIN_USAGE}`);
    process.exitCode = trainExit.usage;
  },
);
