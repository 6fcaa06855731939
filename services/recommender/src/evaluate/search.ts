import { createRandom } from "@craic/numerics/random.js";
import type { Algorithm, Parameter, Settings } from "./algorithm.js";
import { algorithmsByName, settingsOf } from "./algorithms.js";
import type { DataSet } from "./data-set.js";
import type { Console } from "./evaluation.js";
import { measure, metricsAt } from "./measure.js";
import type { Options } from "./options.js";
import { type Trial, trialsOf } from "./protocol.js";

/** Every round asks so many times more questions of so many times fewer settings. */
const HALVING = 3;
/** Part of the questions that the first round asks. */
const FIRST_ROUND = 1 / HALVING ** 2;

/** One setting that was tried. */
export interface Attempt {
  readonly settings: Settings;
  /** Mean of the metric over the questions that it was asked. */
  readonly mean: number;
  readonly questions: number;
  readonly seconds: number;
}

export interface Search {
  readonly algorithm: string;
  readonly metric: string;
  /** The best first: those that were asked more questions, then those with the higher mean. */
  readonly attempts: readonly Attempt[];
  /** Whether time ran out before all trials were done. */
  readonly cutShort: boolean;
}

/**
 * Looks for the best settings of an algorithm: the presets and others drawn at random from the ranges of its
 * parameters, all asked a part of the questions; the best third is asked three times as many, and so on. Validation
 * questions are carved out of the training part, as the test was carved out of the data, so the test is never seen.
 *
 * Stops when the minutes are over; what is under way then is finished. Source: Jamieson and Talwalkar,
 * "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016 (successive halving).
 */
export async function searchSettings(
  data: DataSet,
  name: string,
  options: Options,
  { progress, nowMs }: Console,
): Promise<Search> {
  const algorithm = algorithmsByName.get(name)!;
  const seed = options.seeds[0]!;
  const trial = validationTrial(data, options, seed);
  const validation = { ...data, interactions: trial.split.train };
  const deadlineMs = nowMs() + options.minutes * 60_000;
  const random = createRandom(seed);
  const fixed = options.settings[name] ?? {};
  let round: Settings[] = [settingsOf(algorithm, fixed)];
  while (round.length < options.trials) round.push({ ...draw(algorithm, random), ...fixed });
  const best = new Map<Settings, Attempt>();
  let cutShort = false;
  for (let share = FIRST_ROUND; round.length > 0 && !cutShort; share *= HALVING) {
    const questions = spread(trial.split.questions, Math.min(1, share));
    for (const settings of round) {
      if (nowMs() >= deadlineMs && best.size > 0) {
        cutShort = true;
        break;
      }
      const begunMs = nowMs();
      const mean = await meanOf(
        algorithm,
        settings,
        validation,
        { ...trial.split, questions },
        options,
        seed,
      );
      const seconds = (nowMs() - begunMs) / 1_000;
      best.set(settings, { settings, mean, questions: questions.length, seconds });
      progress(`${name}: ${options.metric} ${mean.toFixed(4)} on ${questions.length}: ${written(settings)}`);
    }
    const ranked = [...best.values()]
      .filter(({ questions: asked }) => asked === questions.length)
      .sort(byMean);
    round =
      share >= 1 ? [] : ranked.slice(0, Math.ceil(ranked.length / HALVING)).map(({ settings }) => settings);
  }
  const attempts = [...best.values()].sort((a, b) => b.questions - a.questions || byMean(a, b));
  return { algorithm: name, metric: options.metric, attempts, cutShort };
}

/** The search as text for a terminal. */
export function searchTable({ algorithm, metric, attempts, cutShort }: Search): string {
  const rows = attempts.map(
    ({ mean, questions, seconds, settings }) =>
      `${mean.toFixed(4)}  ${String(questions).padStart(9)}  ${seconds.toFixed(1).padStart(7)}  ${written(settings)}`,
  );
  const set = Object.entries(attempts[0]!.settings).map(([key, value]) => `${algorithm}.${key}=${value}`);
  return `${metric.padEnd(6)}  questions  seconds  settings of ${algorithm}
${rows.join("\n")}
${cutShort ? "\nTime ran out before all trials were done.\n" : ""}
Best: --set ${set.join(",")}
`;
}

/** The questions of the first trial, asked about the training part instead of the data. */
function validationTrial(data: DataSet, options: Options, seed: number): Trial {
  const { train } = trialsOf(data, options, seed)[0]!.split;
  // A test that came with the data holds the last item of each user out, so validation does the same.
  const split = data.given === undefined ? options.split : "leave-one-out";
  const rest: DataSet = { ...data, interactions: train, given: undefined };
  const trial = trialsOf(rest, { ...options, split }, seed)[0]!;
  if (trial.split.questions.length === 0)
    throw new RangeError("the training part is too small to validate on");
  return trial;
}

async function meanOf(
  algorithm: Algorithm,
  settings: Settings,
  data: DataSet,
  split: Trial["split"],
  { ks, metric, threads }: Options,
  seed: number,
): Promise<number> {
  const scorer = await algorithm.fit(
    {
      users: data.userIds.length,
      items: data.itemIds.length,
      interactions: split.train,
      details: data.details,
      seed,
      threads,
    },
    settings,
  );
  const wanted = metricsAt(ks).filter(({ name }) => name === metric);
  const { values } = measure(scorer, split, data.itemIds.length, wanted, ks[0]!, seed);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function draw({ parameters }: Algorithm, random: () => number): Settings {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      parameter.fixed ? parameter.preset : drawOne(parameter, random()),
    ]),
  );
}

/** The place `at`, 0 to 1, in a parameter's range. */
function drawOne({ from, to, scale, whole }: Parameter, at: number): number {
  const value = scale === "log" ? from * (to / from) ** at : from + (to - from) * at;
  return whole ? Math.round(value) : Number(value.toPrecision(3));
}

/** A share of a list, evenly spread over it, in its order; at least one. */
function spread<T>(list: readonly T[], share: number): T[] {
  const count = Math.max(1, Math.round(list.length * share));
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);
}

function byMean(a: Attempt, b: Attempt): number {
  return b.mean - a.mean;
}

function written(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
