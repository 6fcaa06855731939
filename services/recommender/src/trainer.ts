import { createRandom } from "@craic/numerics/random.js";
import type { Logger } from "@craic/runtime/log.js";
import { learnBlend } from "./blend-learning.js";
import { type Contestant, evaluate, type Metrics } from "./evaluation.js";
import { featureName } from "./feature-table.js";
import { FeedbackLog } from "./feedback-log.js";
import type { FeedbackStore } from "./feedback-store.js";
import { LiveState } from "./live-state.js";
import type { MirrorStore } from "./mirror-store.js";
import type { ModelDirectory } from "./model-directory.js";
import { encodeModel } from "./model-file.js";
import type { ModelManifest } from "./model-manifest.js";
import { nextVersion } from "./model-version.js";
import { Ranker } from "./ranker.js";
import {
  defaultParameters,
  popularityModel,
  type RankingModel,
  type RankingParameters,
} from "./ranking-model.js";
import { Rarities } from "./rarities.js";
import { type Discovery, Replay, type Split, splitByTime, thinned } from "./replay.js";
import { termNames } from "./terms.js";

/** With fewer discoveries than this nothing can be learned that would hold. */
const FEWEST_DISCOVERIES = 200;
/** What is learned from and tested on at most; more says little more, and costs a millisecond each. */
const MOST_VALIDATION = 2_000;
const MOST_TEST = 1_500;
const MOST_FOR_HALF_LIFE = 400;
/** Candidates for how fast popularity fades. */
const HALF_LIVES_DAYS = [3, 7, 14, 30, 90];
/** How long training runs before it lets others run, in milliseconds. */
const STINT_MS = 20;

export interface TrainOptions {
  readonly feedback: FeedbackStore;
  readonly mirror: MirrorStore;
  readonly models: ModelDirectory;
  readonly now: () => Date;
  readonly log: Logger;
  /** For the draws of what discoveries are compared with. */
  readonly seed?: number;
  /** Git commit of this code; "unknown" outside a checkout. */
  readonly pipelineGitSha?: string;
  /** Digest of this container image; empty outside one. */
  readonly imageDigest?: string;
}

/** A model that was published, or why none was. */
export type TrainOutcome = { readonly manifest: ModelManifest } | { readonly skipped: string };

/**
 * Trains a model on all feedback, publishes it and makes it control.
 *
 * Most discoveries (see replay.ts) are held out by time, the last ones: on the first half of those the half-life
 * of popularity and then the weights of the blend are chosen, on the second half the result is tested, beside
 * popularity and the other voices alone. At each moment all feedback up to then is known, as it is when serving. The same feedback, catalogue and seed give the same model.
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  const { models, now, log, seed = 1 } = options;
  const known = await readCatalogue(options.mirror);
  const feedback = await FeedbackLog.read(options.feedback, known);
  const split = splitByTime(feedback, known);
  if (split.discoveries < FEWEST_DISCOVERIES) {
    const skipped = `${split.discoveries} saved events are too few to learn from; ${FEWEST_DISCOVERIES} are needed`;
    log.info(skipped);
    return { skipped };
  }
  const rest = createRest(now);
  const halfLife = await chooseHalfLife(known.beforeAnything(), feedback, split.validation, rest);
  const learned = {
    version: nextVersion(await models.versions()),
    parameters: { ...defaultParameters, popularityHalfLifeDays: halfLife },
  };
  const random = createRandom(seed);
  const state = known.beforeAnything();
  const { model, metrics } = await learnAndTest(state, feedback, split, learned, random, rest);
  const { file, shapes } = encodeModel(model);
  const manifest = await models.publish(
    {
      version: model.version,
      algorithm: "blend",
      createTime: now().toISOString(),
      dataSnapshotId: `feedback-to-${feedback.lastSeq}`,
      pipelineGitSha: options.pipelineGitSha ?? "unknown",
      imageDigest: options.imageDigest ?? "",
      feedbackRows: feedback.size,
      users: known.behaviour.users.size,
      events: known.catalogue.known,
      parameters: { ...model.parameters, ...weightsByName(model.weights) },
      metrics,
      shapes,
    },
    file,
  );
  await models.setChannel("control", manifest.version);
  const ndcg = { blend: metrics["ndcg@10"], popularity: metrics["popularity.ndcg@10"] };
  log.info({ version: manifest.version, ndcg }, "a model was trained");
  return { manifest };
}

async function readCatalogue(mirror: MirrorStore): Promise<LiveState> {
  const state = new LiveState();
  for await (const events of mirror.readAll()) for (const event of events) state.applyEvent(event);
  return state;
}

/** The half-life with which popularity alone ranks best what was discovered. */
async function chooseHalfLife(
  state: LiveState,
  log: FeedbackLog,
  discoveries: readonly Discovery[],
  rest: () => Promise<void>,
): Promise<number> {
  const contestants = HALF_LIVES_DAYS.map((popularityHalfLifeDays) =>
    popularityOf(state, { ...defaultParameters, popularityHalfLifeDays }),
  );
  const replay = new Replay(log, state);
  const results = await evaluate(state, replay, thinned(discoveries, MOST_FOR_HALF_LIFE), contestants, rest);
  const ndcgs = results.map((metrics) => metrics["ndcg@10"] ?? 0);
  return HALF_LIVES_DAYS[ndcgs.indexOf(Math.max(...ndcgs))]!;
}

function popularityOf(state: LiveState, parameters: RankingParameters): Contestant {
  return { ranker: new Ranker(state, { ...popularityModel, parameters }), algorithm: "popularity" };
}

/** Learns the blend on the validation part, and tests it on what comes after. */
async function learnAndTest(
  state: LiveState,
  log: FeedbackLog,
  split: Split,
  learned: Pick<RankingModel, "version" | "parameters">,
  random: () => number,
  rest: () => Promise<void>,
): Promise<{ model: RankingModel; metrics: Metrics }> {
  const { features } = state.catalogue;
  const rarities = new Rarities(state.catalogue, new Map());
  const replay = new Replay(log, state);
  const validation = thinned(split.validation, MOST_VALIDATION);
  const weights = await learnBlend(state, replay, validation, learned.parameters, rarities, random, rest);
  const current = rarities.current().subarray(0, features.size);
  const model: RankingModel = {
    ...learned,
    weights,
    rarities: new Map(Array.from(current, (rarity, f) => [featureName(features.featureAt(f)), rarity])),
  };
  const ranker = new Ranker(state, model);
  const test = thinned(split.test, MOST_TEST);
  const [blend, popularity, content, collaborative] = await evaluate(
    state,
    replay,
    test,
    [
      { ranker, algorithm: "blend" },
      popularityOf(state, learned.parameters),
      { ranker, algorithm: "content" },
      { ranker, algorithm: "collaborative" },
    ],
    rest,
  );
  const metrics = {
    ...blend,
    ...prefixed("popularity.", popularity),
    ...prefixed("content.", content),
    ...prefixed("collaborative.", collaborative),
    test_discoveries: test.length,
  };
  return { model, metrics };
}

function prefixed(prefix: string, metrics: Metrics = {}): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}

function weightsByName(weights: Float64Array): Record<string, number> {
  return Object.fromEntries(termNames.map((name, term) => [`weight.${name}`, weights[term]!]));
}

/** Lets others run when the last stint has been long enough: a service may share this thread. */
function createRest(now: () => Date): () => Promise<void> {
  let beganMs = now().getTime();
  return async () => {
    if (now().getTime() - beganMs < STINT_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    beganMs = now().getTime();
  };
}
