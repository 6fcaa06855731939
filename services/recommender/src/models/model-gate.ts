import { holmAdjusted } from "@craic/numerics/adjusted-p-values.js";
import { lossPValue } from "@craic/numerics/paired-loss.js";
import { ndcgOf, type Trial } from "../training/evaluation.js";
import type { Gate, GateComparison } from "./model-manifest.js";

/** Probability, at most, with which a candidate that is nowhere worse is turned away. */
const LEVEL = 0.05;
/** Draws within the strictest bound of the several that Holm's method has, so that it is told apart from its neighbours. */
const DRAWS_WITHIN_BOUND = 20;
/** With fewer discoveries, or fewer people who made them, no difference can be told from noise. */
const FEWEST_DISCOVERIES = 30;
const FEWEST_PEOPLE = 10;
const ALL = "all";
const GROUPS = ["new", "light", "heavy"] as const;

/** The first contestant of the trials is the candidate; this is what it must not be worse than. */
export interface Rival {
  /** Its place among the contestants. */
  readonly contestant: number;
  /** For an operator, for example "1.4.2". */
  readonly name: string;
  /**
   * Whether the candidate may be worse than it for some, as long as it is not for all taken together. That is how a
   * first model is measured against popularity: held to each population, it might never come, and people would go
   * without what most of them gain by.
   */
  readonly countsAsWhole: boolean;
}

/**
 * Decides whether a candidate may serve: it may unless its NDCG@10 is lower than its rival's beyond what noise
 * explains, over all held-out discoveries, over those of new, of light or of heavy users, or over those in any
 * city; for a rival that counts as a whole, over all of them.
 *
 * Both have ranked the same discoveries, so each comparison is of paired differences: one-sided, by a bootstrap
 * that draws people, whose discoveries hang together (see paired-loss.ts). The comparisons are corrected for being
 * several by Holm's method, so that a candidate that is nowhere worse is rejected with a probability of at most
 * 0.05. Populations with fewer than 30 discoveries or 10 people are not compared.
 *
 * @param trials of the candidate and its rival; the candidate is contestant 0
 */
export function judge(trials: readonly Trial[], rival: Rival, random: () => number): Gate {
  const compared = populationsOf(trials).filter(([, within]) => canBeCompared(within));
  const resamples = Math.ceil((DRAWS_WITHIN_BOUND * compared.length) / LEVEL);
  const measured = compared.map(([population, within]) => ({
    population,
    ...compare(within, rival.contestant, resamples, random),
  }));
  const adjusted = holmAdjusted(measured.map(({ pValue }) => pValue));
  const comparisons = measured.map(
    (each, i): GateComparison => ({ ...each, isWorse: adjusted[i]! <= LEVEL }),
  );
  const losses = comparisons.filter(({ isWorse }) => isWorse);
  const isRejected = losses.some(({ population }) => population === ALL || !rival.countsAsWhole);
  return {
    outcome: isRejected ? "rejected" : "accepted",
    reason: isRejected ? loss(losses, rival) : acceptance(comparisons, losses, rival),
    comparisons,
  };
}

function populationsOf(trials: readonly Trial[]): [name: string, trials: readonly Trial[]][] {
  const byCity = Map.groupBy(trials, ({ cityId }) => cityId);
  const cities = [...byCity].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    [ALL, trials],
    ...GROUPS.map((name): [string, Trial[]] => [name, trials.filter(({ group }) => group === name)]),
    ...cities.map(([cityId, within]): [string, Trial[]] => [`city:${cityId}`, within]),
  ];
}

function canBeCompared(trials: readonly Trial[]): boolean {
  const people = new Set(trials.map(({ user }) => user)).size;
  return trials.length >= FEWEST_DISCOVERIES && people >= FEWEST_PEOPLE;
}

function compare(
  trials: readonly Trial[],
  rival: number,
  resamples: number,
  random: () => number,
): Omit<GateComparison, "population" | "isWorse"> {
  const mean = (contestant: number) =>
    trials.reduce((sum, trial) => sum + ndcgOf(trial, contestant), 0) / trials.length;
  const byPerson = [...Map.groupBy(trials, ({ user }) => user).values()];
  const sums = Float64Array.from(byPerson, (theirs) =>
    theirs.reduce((sum, trial) => sum + ndcgOf(trial, 0) - ndcgOf(trial, rival), 0),
  );
  const counts = Float64Array.from(byPerson, ({ length }) => length);
  const pValue = lossPValue(sums, counts, resamples, random);
  return { discoveries: trials.length, candidate: mean(0), control: mean(rival), pValue };
}

function acceptance(
  [all]: readonly GateComparison[],
  losses: readonly GateComparison[],
  rival: Rival,
): string {
  const { name } = rival;
  if (all?.population !== ALL) return `too few people discovered anything to compare it with ${name}`;
  const figures = `NDCG@10 ${all.candidate.toFixed(4)} against ${all.control.toFixed(4)}`;
  const where = losses.length === 0 ? "nowhere" : "on the whole not";
  const whole = `${where} worse than ${name} beyond noise: ${figures} over ${all.discoveries} held-out discoveries`;
  return losses.length === 0 ? whole : `${whole}, though ${loss(losses, rival)}`;
}

function loss(losses: readonly GateComparison[], { name }: Rival): string {
  const each = losses.map(
    ({ population, candidate, control, pValue }) =>
      `${population} ${candidate.toFixed(4)} against ${control.toFixed(4)} (p = ${pValue.toPrecision(2)})`,
  );
  return `worse than ${name} in NDCG@10: ${each.join(", ")}`;
}
