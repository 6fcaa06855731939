import { createRandom } from "@craic/numerics/random.js";
import type { Parameter, Scorer, Settings } from "./algorithm.js";
import { algorithmsByName } from "./algorithms.js";
import { type DataSet, type DataSize, sizeOf } from "./data-set.js";
import type { Console } from "./evaluation.js";
import { measure, metricsAt } from "./measure.js";
import { type Options, UsageError } from "./options.js";
import { trialsOf } from "./protocol.js";
import type { Split } from "./question.js";
import { checkSuitable } from "./suitability.js";
import { Workshop } from "./workshop.js";

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
  readonly data: DataSize;
  readonly seed: number;
  readonly algorithm: string;
  /** Names of the parameters that were searched for. */
  readonly searched: readonly string[];
  readonly metric: string;
  /** The best first: those that were asked more questions, then those with the higher mean. */
  readonly attempts: readonly Attempt[];
  /** Whether time ran out before all trials were done. */
  readonly cutShort: boolean;
}

/**
 * Looks for the best settings of an algorithm: the presets and others drawn at random from the ranges of its
 * parameters, all asked a part of the validation questions; the best third is asked three times as many, and so on.
 * Validation is carved out of the training part as the test was carved out of the data, so the test is never seen.
 *
 * Stops when the minutes are over; what is under way then is finished. Source: Jamieson and Talwalkar,
 * "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016 (successive halving).
 *
 * @throws UsageError when the algorithm has nothing to set or does not suit the data
 */
export async function searchSettings(
  data: DataSet,
  name: string,
  options: Options,
  { progress, nowMs }: Console,
): Promise<Search> {
  checkSuitable("--search", [name], data);
  const seed = options.seeds[0]!;
  const workshop = new Workshop(data, options, seed);
  const split = workshop.carve(trialsOf(data, options, seed)[0]!.split.train);
  if (split.questions.length === 0) throw new RangeError("the training part is too small to validate on");
  const deadlineMs = nowMs() + options.minutes * 60_000;
  const attempts = new Map<Settings, Attempt>();
  const trained = new Map<Settings, Scorer>();
  let round = settingsToTry(name, workshop.settings(name), options);
  let cutShort = false;
  for (let share = FIRST_ROUND; round.length > 0 && !cutShort; share *= HALVING) {
    const questions = spread(split.questions, Math.min(1, share));
    const survivors = share >= 1 ? 0 : Math.ceil(round.length / HALVING);
    const done: Attempt[] = [];
    for (const settings of round) {
      cutShort = nowMs() >= deadlineMs && attempts.size > 0;
      if (cutShort) break;
      const begunMs = nowMs();
      const scorer = trained.get(settings) ?? (await workshop.fitAs(name, split.train, settings));
      const mean = meanOf(scorer, { ...split, questions }, data, options);
      const seconds = (nowMs() - begunMs) / 1_000;
      const attempt = { settings, mean, questions: questions.length, seconds };
      attempts.set(settings, attempt);
      progress(
        `${name}: ${options.metric} ${mean.toFixed(4)} on ${questions.length}: ${settingsText(settings)}`,
      );
      // Only what may go on to the next round is kept; one that learned from the questions begins anew.
      if (scorer.observe === undefined) trained.set(settings, scorer);
      done.push(attempt);
      done.sort(byMean);
      for (const { settings: out } of done.slice(survivors)) trained.delete(out);
    }
    round = done.slice(0, survivors).map(({ settings }) => settings);
  }
  const ranked = [...attempts.values()].sort((a, b) => b.questions - a.questions || byMean(a, b));
  const { metric } = options;
  const searched = freeParameters(name, options).map(([key]) => key);
  return {
    data: sizeOf(options.data, data),
    seed,
    algorithm: name,
    searched,
    metric,
    attempts: ranked,
    cutShort,
  };
}

/** What is set now, and random settings beside it; what the options set stays as it is. */
function settingsToTry(name: string, preset: Settings, options: Options): Settings[] {
  const free = freeParameters(name, options);
  if (free.length === 0) throw new UsageError(`--search ${name}: it has nothing to search for`);
  const random = createRandom(options.seeds[0]!);
  return Array.from({ length: options.trials }, (_, trial) =>
    trial === 0
      ? preset
      : { ...preset, ...Object.fromEntries(free.map(([key, each]) => [key, draw(each, random())])) },
  );
}

function freeParameters(name: string, { settings }: Options): [string, Parameter][] {
  return Object.entries(algorithmsByName.get(name)!.parameters).filter(
    ([key, { fixed }]) => fixed !== true && settings[name]?.[key] === undefined,
  );
}

function meanOf(scorer: Scorer, split: Split, data: DataSet, { ks, metric, seeds }: Options): number {
  const wanted = metricsAt(ks).filter(({ name }) => name === metric);
  const { values } = measure(scorer, split, data.itemIds.length, wanted, ks[0]!, seeds[0]!);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The place `at`, 0 to 1, in a parameter's range. */
function draw({ from, to, scale, whole }: Parameter, at: number): number {
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

export function settingsText(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
