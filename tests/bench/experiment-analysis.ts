import { Participants } from "@craic/experiments/participants.js";
import { none, type Participation } from "@craic/experiments/person.js";
import { resultsOf } from "@craic/experiments/results.js";
import { createRandom } from "@craic/numerics/random.js";
import { runningExample } from "../fixtures/experiments.js";
import { uuid } from "../fixtures/recommendable-events.js";
import { obey } from "./pace.js";
import { memoryMiB, peakMiB } from "./process-figures.js";

const HOUR_MS = 60 * 60_000;
const DAYS = 14;
const startMs = Date.UTC(2026, 5, 1);
const nowMs = startMs + DAYS * 24 * HOUR_MS;
const CITIES = ["2964574", "2965140", "2964180", "2962943"];

export interface AnalysisOrder {
  readonly exposures: number;
  readonly rounds: number;
  readonly seed: number;
}

export interface AnalysisOutcome {
  /** Of each round. */
  readonly milliseconds: readonly number[];
  readonly cpuMilliseconds: readonly number[];
  readonly loadSeconds: number;
  /** Resident before anybody was known; with all of them and after the analyses; and the most at any time. */
  readonly beforeMiB: number;
  readonly afterMiB: number;
  readonly peakMiB: number;
  readonly arraysMiB: number;
}

// The analysis of an experiment, in a process of its own: each exposure is another person's, as is worst for both figures.
obey(async ({ exposures, rounds, seed }: AnalysisOrder): Promise<AnalysisOutcome> => {
  const record = runningExample(startMs, { overrides: new Map([[uuid(1), "blend"]]) });
  const beforeMiB = memoryMiB(process.pid).rss;
  const random = createRandom(seed);
  const people = new Participants();
  const begun = performance.now();
  for (let i = 0; i < exposures; i++) people.put(uuid(i), participation(i, random));
  const loadSeconds = (performance.now() - begun) / 1_000;
  const timings = Array.from({ length: rounds }, (_, round) => {
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    const { variants } = resultsOf(record, people, {
      metric: "save",
      // Another question each time: nothing could be remembered.
      windowHours: DAYS * 24 - round,
      minimumLift: 0.1,
      nowMs,
    });
    if (variants.reduce((sum, { users }) => sum + users, 0) < exposures / 2)
      throw new Error("people are missing");
    const { user, system } = process.cpuUsage(cpu);
    return { clock: performance.now() - from, cpu: (user + system) / 1_000 };
  });
  return {
    milliseconds: timings.map(({ clock }) => clock),
    cpuMilliseconds: timings.map(({ cpu }) => cpu),
    loadSeconds,
    beforeMiB,
    afterMiB: memoryMiB(process.pid).rss,
    peakMiB: peakMiB(process.pid),
    arraysMiB: people.bytes / 2 ** 20,
  };
});

function participation(i: number, random: () => number): Participation {
  const variant = i % 2 === 0 ? "control" : "blend";
  const firstMs = startMs + Math.floor(random() * DAYS * 24 * HOUR_MS);
  const saves = random() < (variant === "control" ? 0.1 : 0.11) ? 1 + Math.floor(random() * 4) : 0;
  const clicks = Math.floor(random() * 3);
  return {
    experimentId: "ranking",
    revision: 1,
    variant,
    firstMs,
    cityId: CITIES[Math.floor(random() * CITIES.length)]!,
    isNew: random() < 0.3,
    exclusion: random() < 0.01 ? "bot" : "",
    exposures: 1,
    hour: 0,
    exposuresInHour: 1,
    recentExposures: [],
    latencySumMs: 5 + 40 * random(),
    latencies: 1,
    failures: random() < 0.01 ? 1 : 0,
    conversions: { ...none, save: saves, click: clicks },
    firstConversionMs: { ...none, save: firstMs + 1_000 * i, click: firstMs + 500 },
    countedIds: [],
    before: { ...none, save: Math.floor(random() * 3) },
  };
}
