import { type DataSet, type DataSize, sizeOf } from "./data-set.js";
import { groupsOf } from "./groups.js";
import { type Measurement, measure, metricsAt } from "./measure.js";
import type { Options } from "./options.js";
import { type Trial, trialsOf } from "./protocol.js";
import { type Answers, type GroupResult, summarise } from "./results.js";
import { checkSuitable, suitable } from "./suitability.js";
import { Workshop } from "./workshop.js";

/** Everything that was found out. */
export interface Evaluation {
  readonly data: DataSize;
  readonly seeds: readonly number[];
  readonly metrics: readonly string[];
  readonly mainMetric: string;
  readonly trials: readonly TrialResult[];
}

export interface TrialResult {
  readonly name: string;
  readonly trainInteractions: number;
  readonly questions: number;
  /** Mean number of candidates of a question. */
  readonly candidates: number;
  readonly algorithms: readonly Omit<Answers, "values">[];
  /** The first one is all questions. */
  readonly groups: readonly GroupResult[];
}

/** Where progress goes, and what the time is in milliseconds. */
export interface Console {
  readonly progress: (line: string) => void;
  readonly nowMs: () => number;
}

/** Compares algorithms with one another on the same questions. */
export async function evaluate(data: DataSet, options: Options, console: Console): Promise<Evaluation> {
  const names = options.algorithms ?? suitable(data);
  checkSuitable("--algorithm", names, data);
  const metrics = metricsAt(options.ks);
  const bySeed = new Map<number, Trial[]>();
  const workshops = new Map<number, Workshop>();
  for (const seed of options.seeds) {
    bySeed.set(seed, trialsOf(data, options, seed));
    workshops.set(seed, new Workshop(data, options, seed));
  }
  const trials = bySeed.get(options.seeds[0]!)!;
  for (const { name, split } of trials) {
    if (split.questions.length === 0) throw new RangeError(`${name}: there is nothing to ask`);
  }
  const answers = trials.map((): Answers[] => []);
  for (const name of names) {
    const runs: Run[][] = trials.map(() => []);
    for (const [seed, seeded] of bySeed) {
      const perTrial = await runOne(name, data, seeded, options, seed, workshops.get(seed)!, console);
      for (const [t, run] of perTrial.entries()) runs[t]!.push(run);
    }
    for (const [t, list] of runs.entries()) answers[t]!.push(averaged(list));
  }
  const metricNames = metrics.map(({ name }) => name);
  const main = metricNames.indexOf(options.metric);
  return {
    data: sizeOf(options.data, data),
    seeds: options.seeds,
    metrics: metricNames,
    mainMetric: options.metric,
    trials: trials.map(({ name, split }, t): TrialResult => {
      const { questions } = split;
      const seed = options.seeds[0]!;
      return {
        name,
        trainInteractions: split.train.count,
        questions: questions.length,
        candidates: questions.reduce((sum, each) => sum + each.candidates().length, 0) / questions.length,
        algorithms: answers[t]!.map(({ values: _, ...rest }) => rest),
        groups: groupsOf(data, split).map((group) =>
          summarise(group, questions, answers[t]!, metricNames, main, options.resamples, seed),
        ),
      };
    }),
  };
}

type Run = Omit<Answers, keyof Measurement | "noveltyBits"> & Measurement;

/** Trains an algorithm once and asks it the questions of all trials. */
async function runOne(
  name: string,
  data: DataSet,
  trials: readonly Trial[],
  options: Options,
  seed: number,
  workshop: Workshop,
  { progress, nowMs }: Console,
): Promise<Run[]> {
  const settings = workshop.settings(name);
  const { train } = trials[0]!.split;
  progress(`${name}: training on ${train.count} interactions`);
  const begunMs = nowMs();
  const scorer = await workshop.fit(name, train);
  const fitSeconds = (nowMs() - begunMs) / 1_000;
  const runs: Run[] = [];
  for (const trial of trials) {
    const { questions } = trial.split;
    progress(`${name}: trained in ${fitSeconds.toFixed(1)} s; ${questions.length} questions, ${trial.name}`);
    const scoringMs = nowMs();
    const measured = measure(
      scorer,
      trial.split,
      data.itemIds.length,
      metricsAt(options.ks),
      options.ks[0]!,
      seed,
    );
    const scoreSeconds = (nowMs() - scoringMs) / 1_000;
    runs.push({
      algorithm: name,
      settings,
      learned: scorer.explain?.(),
      fitSeconds,
      scoreSeconds,
      ...measured,
    });
  }
  return runs;
}

/** The means over the seeds. */
function averaged(runs: readonly Run[]): Answers {
  const mean = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  const { algorithm, settings, learned } = runs[0]!;
  return {
    algorithm,
    settings,
    learned,
    fitSeconds: mean((run) => run.fitSeconds),
    scoreSeconds: mean((run) => run.scoreSeconds),
    values: runs[0]!.values.map((_, i) => mean((run) => run.values[i]!)),
    coverage: mean((run) => run.coverage),
    noveltyBits: mean((run) => run.novelty),
  };
}
