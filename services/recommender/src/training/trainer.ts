import { setTimeout } from "node:timers/promises";
import { createRandom } from "@craic/numerics/random.js";
import type { Logger } from "@craic/runtime/log.js";
import { readCatalogue } from "../catalogue/read-catalogue.js";
import { versionsNamed } from "../models/channels.js";
import { findTrainer, forgetTrainer, tellOfTrainer } from "../models/current-trainer.js";
import type { ModelDirectory } from "../models/model-directory.js";
import { encodeModel } from "../models/model-file.js";
import { isRejected, type ModelManifest } from "../models/model-manifest.js";
import { nextVersion } from "../models/model-version.js";
import { ControlMoved, publishModel } from "../models/publish-model.js";
import type { PublishingStep } from "../models/publishing-steps.js";
import { removeOldVersions } from "../models/retention.js";
import type { LiveState } from "../ranking/live-state.js";
import { termNames } from "../ranking/terms.js";
import { FeedbackLog } from "./feedback-log.js";
import { learnModel, recipe } from "./learn-model.js";
import { Replay, splitByTime } from "./replay.js";
import { type TestResult, testModel } from "./test-model.js";
import type { TrainingData, TrainingSnapshot } from "./training-data.js";
import { newestVersion, type TrainingRules, whyNotNow } from "./training-due.js";
import type { Trainer, TrainingLock } from "./training-lock.js";
import { TrainingPace, type TrainingProgress } from "./training-pace.js";

/** With fewer discoveries than this nothing can be learned that would hold. */
const FEWEST_DISCOVERIES = 200;

/** How often a model is tested while others switch control. */
const MOST_TESTS = 3;

/** For who has just taken the lock. */
const LOOK_EVERY_MS = 100;
const MOST_LOOKS = 20;

export interface TrainOptions {
  readonly data: TrainingData;
  readonly lock: TrainingLock;
  readonly models: ModelDirectory;
  readonly rules: TrainingRules;
  readonly now: () => Date;
  readonly log: Logger;
  /** Who trains, told to whoever else wants to meanwhile; for example "process 17 on trainer-28". */
  readonly trainer: string;
  /** Trains though there is hardly any new feedback. */
  readonly force?: boolean;
  /** For the draws of what discoveries are compared with. */
  readonly seed?: number;
  /** Git commit of this code; "unknown" outside a checkout. */
  readonly pipelineGitSha?: string;
  /** Digest of this container image; empty outside one. */
  readonly imageDigest?: string;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Calls training off: train() then throws the signal's reason, and nothing is published. */
  readonly signal?: AbortSignal;
  /** Told of each step of publishing that has been taken, for tests that end the process there. */
  readonly afterStep?: (step: PublishingStep) => void;
}

/** What came of it. Models are kept in all cases; only a published one is control. */
export type TrainOutcome =
  | { readonly outcome: "published" | "rejected"; readonly manifest: ModelManifest }
  | { readonly outcome: "skipped" | "busy"; readonly reason: string };

/**
 * Trains a model on all feedback, tests it beside the one that serves, and makes it control unless it is worse.
 *
 * Most discoveries (see replay.ts) are held out by time, the last ones: on the first half of those the half-life
 * of popularity and then the weights of the blend are chosen, on the second half the result is tested, beside
 * control, popularity and the other voices alone. At each moment all feedback up to then is known, as it is when
 * serving. The same feedback, catalogue and seed give the same model.
 *
 * Throws when it cannot be published; then nothing is left of it and what served goes on serving.
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  const { lock, models, now, log, trainer } = options;
  const held = await lock.take();
  if (held === undefined) {
    const other = await whoTrains(models.path);
    const who = other === undefined ? "" : `: ${other.name}, since ${other.since.toISOString()}`;
    return { outcome: "busy", reason: `another trainer is at work${who}` };
  }
  try {
    await makeRoom(options);
    await tellOfTrainer(models.path, { name: trainer, since: now() }).catch((error: unknown) =>
      log.warn({ err: error }, "other trainers cannot be told of this one"),
    );
    const outcome = await trainAlone(options, () => held.isHeld());
    await makeRoom(options);
    return outcome;
  } finally {
    await forgetTrainer(models.path);
    await held.release();
  }
}

/** Who has taken the lock leaves word a moment later; undefined where that has not come after two seconds. */
async function whoTrains(directory: string): Promise<Trainer | undefined> {
  for (let look = 1; ; look++) {
    const trainer = await findTrainer(directory);
    if (trainer !== undefined || look === MOST_LOOKS) return trainer;
    await setTimeout(LOOK_EVERY_MS);
  }
}

/** Takes away what killed trainers left, and versions that are too old. */
async function makeRoom({ models, rules, now, log }: TrainOptions): Promise<void> {
  await models.removeUnfinished(now());
  const removed = await removeOldVersions(models, rules.keepVersions);
  if (removed.length > 0) log.info({ removed }, "old models were removed");
}

async function trainAlone(options: TrainOptions, isAlone: () => Promise<boolean>): Promise<TrainOutcome> {
  const { data, models, rules, now, log, seed = 1, force = false } = options;
  const pace = new TrainingPace(now, options.onProgress, options.signal);
  const newest = await newestVersion(models);
  const read = await data.atOneMoment(async (snapshot) => {
    const rows = await snapshot.countFeedback();
    const skipped = force ? undefined : whyNotNow(newest, rows, recipe, rules);
    return skipped ?? (await readAll(snapshot, pace));
  });
  if (typeof read === "string") return skip(read, log);
  const { known, feedback, ignoredEvents } = read;
  const split = splitByTime(feedback, known);
  if (split.discoveries < FEWEST_DISCOVERIES) {
    const few = `${split.discoveries} saved events are too few to learn from`;
    return skip(`${few}; ${FEWEST_DISCOVERIES} are needed`, log);
  }
  const random = createRandom(seed);
  const { rest } = pace;
  const until = split.test[0]!;
  const { validation } = split;
  const replay = new Replay(feedback, known.beforeAnything());
  const learned = await learnModel({ known, log: feedback, until, validation, random, rest }, replay, pace);
  const ranking = {
    ...learned.ranking,
    version: nextVersion(await versionsTaken(models), newest?.manifest, recipe),
  };
  const test = (on: Replay) =>
    testModel(ranking, { log: feedback, replay: on, test: split.test, random, rest }, models, log);
  pace.begin("test");
  const tested = await test(replay);
  pace.begin("publish");
  const ignored = { events: ignoredEvents, feedback: feedback.ignored, choices: learned.ignoredChoices };
  if (ignored.events + ignored.feedback + ignored.choices > 0) {
    log.warn({ ignored }, "some of the data made no sense and was passed over");
  }
  const publish = ({ compared, gate, metrics, drift }: TestResult) => {
    const { file, shapes } = encodeModel({ ...ranking, drift });
    return publishModel(
      models,
      {
        version: ranking.version,
        algorithm: "blend",
        createTime: now().toISOString(),
        dataSnapshotId: `feedback-${feedback.rows}-to-${feedback.lastSeq}`,
        pipelineGitSha: options.pipelineGitSha ?? "unknown",
        imageDigest: options.imageDigest ?? "",
        feedbackRows: feedback.rows,
        users: known.behaviour.users.size,
        events: known.catalogue.known,
        parameters: { ...ranking.parameters, ...weightsByName(ranking.weights) },
        recipe,
        gate,
        metrics,
        shapes,
      },
      file,
      { compared, isAlone, afterStep: options.afterStep },
    );
  };
  const testAgain = () => test(new Replay(feedback, known.beforeAnything()));
  const manifest = await publishTested(tested, publish, testAgain, log);
  pace.end();
  const { version, gate, metrics } = manifest;
  const ndcg = { blend: metrics["ndcg@10"], popularity: metrics["popularity.ndcg@10"] };
  if (isRejected(manifest)) {
    log.warn({ version, reason: gate?.reason, ndcg }, "a model was trained and rejected");
    return { outcome: "rejected", manifest };
  }
  log.info({ version, reason: gate?.reason, ndcg }, "a model was trained and published");
  return { outcome: "published", manifest };
}

/**
 * Publishes a model that was tested. Where control was switched meanwhile, perhaps because of harm that it did, the
 * model is tested again beside what is control by then. Throws NotPublished where that happens too often.
 */
async function publishTested(
  first: TestResult,
  publish: (tested: TestResult) => Promise<ModelManifest>,
  testAgain: () => Promise<TestResult>,
  log: Logger,
): Promise<ModelManifest> {
  let tested = first;
  for (let tests = 1; ; tests++) {
    try {
      return await publish(tested);
    } catch (error) {
      if (!(error instanceof ControlMoved) || tests === MOST_TESTS) throw error;
      log.warn({ err: error }, "control was switched during the test; the model is tested again");
      tested = await testAgain();
    }
  }
}

/** Those on the volume, and those that were. */
async function versionsTaken(models: ModelDirectory): Promise<string[]> {
  const record = await models.channelsFile.read();
  return [...(await models.versions()), ...(record === undefined ? [] : versionsNamed(record))];
}

interface Read {
  readonly known: LiveState;
  readonly feedback: FeedbackLog;
  readonly ignoredEvents: number;
}

async function readAll(snapshot: TrainingSnapshot, pace: TrainingPace): Promise<Read> {
  pace.begin("events");
  const { known, ignored } = await readCatalogue(snapshot.events(), pace.rest);
  for (const venue of await snapshot.venues()) known.applyVenue(venue);
  pace.begin("feedback");
  const feedback = await FeedbackLog.read(snapshot.feedback(), known, pace.rest);
  return { known, feedback, ignoredEvents: ignored };
}

function skip(reason: string, log: Logger): TrainOutcome {
  log.info({ reason }, "no model was trained");
  return { outcome: "skipped", reason };
}

function weightsByName(weights: Float64Array): Record<string, number> {
  return Object.fromEntries(termNames.map((name, term) => [`weight.${name}`, weights[term]!]));
}
