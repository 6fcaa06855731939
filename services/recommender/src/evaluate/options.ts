import { parseArgs } from "node:util";
import { MAX_THREADS } from "@craic/numerics/kernel-threads.js";
import type { Parameter, Settings } from "./algorithm.js";
import { algorithms, algorithmsByName } from "./algorithms.js";
import { metricsByName } from "./measure.js";
import { type Format, formats } from "./read-data-set.js";

/** What the command is asked to do. What is undefined depends on the data. */
export interface Options {
  readonly data: string;
  readonly format: Format | "auto";
  readonly minRating: number;
  /** By name; undefined for those that suit the data. */
  readonly algorithms: readonly string[] | undefined;
  /** By name of the algorithm: what differs from its presets. */
  readonly settings: Readonly<Record<string, Settings>>;
  readonly split: SplitKind | undefined;
  readonly testMonths: number;
  /** Part of the interactions that is held out, instead of months. */
  readonly testShare: number | undefined;
  readonly ranking: "full" | "sampled" | "both";
  readonly negatives: number;
  readonly windowDays: number;
  /** Undefined for as many as the window has. */
  readonly leadDays: number | undefined;
  readonly minHistory: number | undefined;
  readonly questions: number;
  readonly ks: readonly number[];
  readonly metric: string;
  readonly seeds: readonly number[];
  readonly resamples: number;
  readonly threads: number;
  /** Folder to write the report and all figures to. */
  readonly out: string | undefined;
  /** Algorithm to search settings for. */
  readonly search: string | undefined;
  readonly trials: number;
  readonly minutes: number;
}

export const splitKinds = ["time", "leave-one-out", "given"] as const;
export type SplitKind = (typeof splitKinds)[number];

/** Something that the caller got wrong; the message names the option. */
export class UsageError extends Error {}

const OF_A_SEARCH = ["trials", "minutes"] as const;
/** A search has an algorithm of its own, and gives no intervals. */
const NOT_OF_A_SEARCH = ["algorithm", "bootstrap"] as const;

const text = { type: "string" } as const;
const many = { type: "string", multiple: true } as const;

/**
 * @param args what stands behind the command's name
 * @returns undefined when help is asked for
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = parseStrictly(args);
  if (values.help === true) return undefined;
  if (values.data === undefined) throw new UsageError("--data is missing: the folder with the data");
  const ks = numbers("--k", values.k ?? "10,5,20", 1, 1_000);
  const metric = values.metric ?? `ndcg@${ks[0]}`;
  const known = Object.keys(metricsByName).flatMap((name) => ks.map((k) => `${name}@${k}`));
  const seeds = numbers("--seeds", values.seeds ?? "1", 0, 2 ** 31);
  const search = values.search;
  if (search !== undefined) algorithmNamed("--search", search);
  const idle = (search === undefined ? OF_A_SEARCH : NOT_OF_A_SEARCH).find(
    (each) => values[each] !== undefined,
  );
  if (idle !== undefined)
    throw new UsageError(`--${idle} says nothing ${search === undefined ? "without" : "beside"} --search`);
  if (search !== undefined && seeds.length > 1)
    throw new UsageError(`--seeds has ${seeds.length} seeds, and --search takes one`);
  return {
    data: values.data,
    format: values.format === undefined ? "auto" : oneOf("--format", values.format, formats),
    minRating: number("--min-rating", values["min-rating"] ?? "-Infinity", -Infinity, Infinity),
    algorithms: optional(values.algorithm, (lists) => {
      const names = lists.flatMap((list) => list.split(","));
      return [...new Set(names.map((name) => algorithmNamed("--algorithm", name.trim())))];
    }),
    settings: parseSettings(values.set ?? []),
    split: values.split === undefined ? undefined : oneOf("--split", values.split, splitKinds),
    testMonths: number("--test-months", values["test-months"] ?? "12", 0.1, 1_200),
    testShare: optional(values["test-share"], (share) => number("--test-share", share, 0.001, 0.999)),
    ranking: oneOf("--ranking", values.ranking ?? "both", ["full", "sampled", "both"] as const),
    negatives: wholeNumber("--negatives", values.negatives ?? "99", 1),
    windowDays: number("--window-days", values["window-days"] ?? "30", 1, 3_650),
    leadDays: optional(values["lead-days"], (days) => number("--lead-days", days, 0, 3_650)),
    minHistory: optional(values["min-history"], (least) => wholeNumber("--min-history", least, 0)),
    questions: wholeNumber("--questions", values.questions ?? "1000000000", 1),
    ks,
    metric: oneOf("--metric", metric, known),
    seeds,
    resamples: wholeNumber("--bootstrap", values.bootstrap ?? "1000", 0, 100_000),
    threads: wholeNumber("--threads", values.threads ?? "2", 1, MAX_THREADS),
    out: values.out,
    search,
    trials: wholeNumber("--trials", values.trials ?? "20", 1, 100_000),
    minutes: number("--minutes", values.minutes ?? "10", 0.001, 10_000),
  };
}

function parseStrictly(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        ...{ data: text, format: text, "min-rating": text },
        ...{ algorithm: many, set: many },
        ...{ split: text, "test-months": text, "test-share": text, ranking: text, negatives: text },
        ...{ "window-days": text, "lead-days": text, "min-history": text, questions: text },
        ...{ k: text, metric: text, seeds: text, bootstrap: text, threads: text, out: text },
        ...{ search: text, trials: text, minutes: text },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** From `als.factors=128` and the like. */
function parseSettings(list: readonly string[]): Record<string, Record<string, number>> {
  const settings: Record<string, Record<string, number>> = {};
  for (const each of list.flatMap((entry) => entry.split(","))) {
    const [, name, parameter, value] = /^([^.=]+)\.([^.=]+)=(.+)$/.exec(each.trim()) ?? [];
    if (name === undefined) throw new UsageError(`--set ${each}: expected algorithm.parameter=number`);
    const { parameters } = algorithmsByName.get(algorithmNamed("--set", name))!;
    if (parameters[parameter!] === undefined) {
      const there = Object.keys(parameters).join(", ");
      throw new UsageError(`--set ${each}: ${name} has no parameter ${parameter}; it has ${there || "none"}`);
    }
    settings[name] ??= {};
    settings[name][parameter!] = setting(`--set ${name}.${parameter}`, value!, parameters[parameter!]!);
  }
  return settings;
}

/** A value that a parameter may have; what a search tries is a part of that. */
function setting(option: string, value: string, { from, whole = false, most = 1e9 }: Parameter): number {
  const parsed = number(option, value, -Number.MAX_VALUE, Number.MAX_VALUE);
  const isEnough = from > 0 ? parsed > 0 : parsed >= 0;
  if (!isEnough || parsed > most || (whole && !Number.isInteger(parsed))) {
    const least = from > 0 ? (whole ? "from 1" : "above 0") : "from 0";
    throw new UsageError(
      `${option} is ${value}, not a ${whole ? "whole " : ""}number ${least} up to ${most}`,
    );
  }
  return parsed;
}

function algorithmNamed(option: string, name: string): string {
  return oneOf(
    option,
    name,
    algorithms.map((algorithm) => algorithm.name),
  );
}

function optional<V, T>(value: V | undefined, parse: (value: V) => T): T | undefined {
  return value === undefined ? undefined : parse(value);
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) {
    throw new UsageError(`${option} is ${JSON.stringify(value)}, not one of ${allowed.join(", ")}`);
  }
  return value as T;
}

function number(option: string, value: string, least: number, most: number): number {
  const parsed = value.trim() === "" ? Number.NaN : Number(value);
  if (!(parsed >= least && parsed <= most)) {
    const range = least > -Number.MAX_VALUE ? ` from ${least} to ${most}` : "";
    throw new UsageError(`${option} is ${JSON.stringify(value)}, not a number${range}`);
  }
  return parsed;
}

function wholeNumber(option: string, value: string, least: number, most = 2 ** 31): number {
  const parsed = number(option, value, least, most);
  if (!Number.isInteger(parsed)) throw new UsageError(`${option} is ${value}, not a whole number`);
  return parsed;
}

function numbers(option: string, value: string, least: number, most: number): number[] {
  const parsed = value.split(",").map((each) => number(option, each, least, most));
  for (const each of parsed) {
    if (!Number.isInteger(each)) throw new UsageError(`${option} has ${each}, not a whole number`);
  }
  return [...new Set(parsed)];
}
