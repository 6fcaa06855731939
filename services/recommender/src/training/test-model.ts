import type { Logger } from "@craic/runtime/log.js";
import type { DriftReference } from "../drift/drift-reference.js";
import { ListSurvey } from "../drift/drift-survey.js";
import type { ModelDirectory } from "../models/model-directory.js";
import { judge } from "../models/model-gate.js";
import type { Gate } from "../models/model-manifest.js";
import type { LiveState } from "../ranking/live-state.js";
import { Ranker } from "../ranking/ranker.js";
import { popularityModel, type RankingModel, type RankingParameters } from "../ranking/ranking-model.js";
import { type Contestant, evaluate, type Metrics, metricsOf } from "./evaluation.js";
import type { FeedbackLog } from "./feedback-log.js";
import { discoveriesAt, type Replay } from "./replay.js";

/** Discoveries that a model is tested on, at most. */
const MOST_DISCOVERIES = 1_500;

/** What a model is tested on. */
interface TestData {
  readonly log: FeedbackLog;
  /** Not yet where the test begins. */
  readonly replay: Replay;
  /** Places in the log of the discoveries that were held out. */
  readonly test: Uint32Array;
  readonly random: () => number;
  readonly rest: (share: number) => Promise<void>;
}

/** What a test has found. */
export interface TestResult {
  /** The version that was control, "" for none: what it found holds for as long as that is. */
  readonly compared: string;
  readonly gate: Gate;
  readonly metrics: Metrics;
  /** What the model's lists are like; undefined where it would have made none. */
  readonly drift: DriftReference | undefined;
}

/**
 * Tests a model on what was held out, beside popularity, its own voices alone and what serves now: all of them rank
 * the same discoveries from the same state. What serves decides whether the model may, or, where nothing does,
 * popularity: see model-gate.ts.
 */
export async function testModel(
  candidate: RankingModel,
  { log, replay, test, random, rest }: TestData,
  models: ModelDirectory,
  logger: Logger,
): Promise<TestResult> {
  const { state } = replay;
  const ranker = new Ranker(state, candidate);
  const compared = (await models.channels()).control ?? "";
  const control = await modelOf(compared, models, logger);
  const contestants: Contestant[] = [
    { ranker, algorithm: "blend" },
    { ranker: popularityWith(state, candidate.parameters), algorithm: "popularity" },
    { ranker, algorithm: "content" },
    { ranker, algorithm: "collaborative" },
  ];
  if (control !== undefined) contestants.push({ ranker: new Ranker(state, control), algorithm: "blend" });
  const discoveries = discoveriesAt(log, test, MOST_DISCOVERIES);
  const survey = new ListSurvey(state, ranker, discoveries.length);
  const trials = await evaluate(state, replay, discoveries, contestants, rest, (at) => survey.visit(at));
  const rival =
    control === undefined
      ? { contestant: 1, name: "popularity", countsAsWhole: true }
      : { contestant: contestants.length - 1, name: control.version, countsAsWhole: false };
  const metrics = {
    ...metricsOf(trials, 0),
    ...prefixed("popularity.", metricsOf(trials, 1)),
    ...prefixed("content.", metricsOf(trials, 2)),
    ...prefixed("collaborative.", metricsOf(trials, 3)),
    ...(control === undefined ? {} : prefixed("control.", metricsOf(trials, rival.contestant))),
    test_discoveries: trials.length,
  };
  return { compared, gate: judge(trials, rival, random), metrics, drift: survey.reference() };
}

/** What ranks for everybody now; undefined when that is popularity, or a model that cannot be used. */
async function modelOf(
  control: string,
  models: ModelDirectory,
  log: Logger,
): Promise<RankingModel | undefined> {
  if (control === "") return undefined;
  try {
    return (await models.load(control)).ranking;
  } catch (error) {
    log.warn({ err: error, version: control }, "control cannot be used; popularity stands in for it");
    return undefined;
  }
}

function popularityWith(state: LiveState, parameters: RankingParameters): Ranker {
  return new Ranker(state, { ...popularityModel, parameters });
}

function prefixed(prefix: string, metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
