import { createRandom } from "@craic/numerics/random.js";
import { type Harm, HarmSearch } from "./harm.js";
import { ServingFigures } from "./serving-figures.js";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const switchedMs = 20_000 * DAY_MS + 4 * 60 * MINUTE_MS; // four in the morning

/** How a simulated version does. */
interface Manner {
  readonly failureRate: number;
  /** Latencies are log-normal with this median and a spread of 0.5. */
  readonly medianMs: number;
  /** Share of recommendations with a save at noon; at midnight it is half of that. */
  readonly saveRate: number;
}

const usual: Manner = { failureRate: 0.002, medianMs: 4, saveRate: 0.08 };

/** Lets a version serve for so many minutes, 40 answers in each by day and 10 by night. */
function serve(
  figures: ServingFigures,
  manner: Manner,
  fromMs: number,
  minutes: number,
  random: () => number,
  afterMinute: () => boolean = () => true,
): void {
  for (let minute = 0; minute < minutes; minute++) {
    const atMs = fromMs + minute * MINUTE_MS;
    const sun = (1 - Math.cos((2 * Math.PI * (atMs % DAY_MS)) / DAY_MS)) / 2;
    const answers = Math.round(10 + 30 * sun);
    const saveRate = manner.saveRate * (0.5 + 0.5 * sun);
    for (let i = 0; i < answers; i++) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      figures.answered(atMs, random() < manner.failureRate, manner.medianMs * Math.exp(0.5 * normal));
      figures.concluded(atMs, random() < saveRate);
    }
    if (!afterMinute()) return;
  }
}

/** One switch, watched minute by minute; what was found, and after how many minutes. */
function watch(
  after: Manner,
  random: () => number,
  { alpha = 0.01, minutes = 420, before = usual } = {},
): { harm: Harm | undefined; minute: number } {
  const was = new ServingFigures("1.0.0");
  serve(was, before, switchedMs - DAY_MS, minutes, random);
  const is = new ServingFigures("1.1.0");
  const search = new HarmSearch(was, alpha);
  let harm: Harm | undefined;
  let minute = 0;
  serve(is, after, switchedMs, minutes, random, () => {
    minute++;
    harm = search.look(is);
    return harm === undefined;
  });
  return { harm, minute };
}

/** Share of simulated switches in which harm is found. */
function alarms(after: Manner, runs: number, options: Parameters<typeof watch>[2]): number {
  let found = 0;
  for (let run = 0; run < runs; run++) {
    if (watch(after, createRandom(7_000 + run), options).harm !== undefined) found++;
  }
  return found / runs;
}

describe("HarmSearch", () => {
  const alpha = 0.1;
  const most = (runs: number) => alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs);

  it("finds harm in a version that is no different no more often than α, however often it looks", () => {
    let found = 0;
    const runs = 300;
    for (let run = 0; run < runs; run++) {
      const random = createRandom(100 + run);
      const [was, is] = [new ServingFigures("1.0.0"), new ServingFigures("1.1.0")];
      const search = new HarmSearch(was, 3 * alpha); // as much as one of the three tests may spend is α
      for (let i = 0; i < 10_000; i++) was.answered(switchedMs, random() < 0.3, 1);
      for (let i = 0; i < 4_000; i++) {
        is.answered(switchedMs, random() < 0.3, 1);
        if (i % 20 > 0 || search.look(is) === undefined) continue;
        found++;
        break;
      }
    }
    expect(found / runs).toBeLessThanOrEqual(most(runs));
    expect(found / runs).toBeGreaterThan(alpha / 10); // what may be spent is not left lying about
  });

  it("finds nothing where nothing is different, in all that it compares", () => {
    expect(alarms(usual, 15, { alpha, minutes: 200 })).toBeLessThanOrEqual(most(15));
  });

  it("finds harm no more often than α where a version is just as much worse as is allowed", () => {
    const just = { ...usual, medianMs: usual.medianMs * 1.5, saveRate: usual.saveRate * 0.9 };
    expect(alarms(just, 15, { alpha, minutes: 200 })).toBeLessThanOrEqual(most(15));
  });

  it("finds nothing in a version that is better", () => {
    const better = { failureRate: 0, medianMs: 2, saveRate: 0.12 };
    expect(alarms(better, 10, { alpha, minutes: 200 })).toBe(0);
  });

  it.each<[Harm["kind"], Manner, number, string]>([
    ["failures", { ...usual, failureRate: 1 }, 3, "1.1.0 failed in 21 of 21 answers"],
    ["failures", { ...usual, failureRate: 0.05 }, 60, "1.1.0 failed in"],
    ["latency", { ...usual, medianMs: 12 }, 60, "95 in 100 answers of 1.1.0 took up to"],
    ["saves", { ...usual, saveRate: 0 }, 120, "something was saved from 0 recommendations of 1.1.0"],
    ["saves", { ...usual, saveRate: 0.03 }, 400, "something was saved from"],
  ])("finds %s: %j within %d minutes", (kind, manner, minutes, told) => {
    for (let seed = 1; seed <= 3; seed++) {
      const { harm, minute } = watch(manner, createRandom(seed));
      expect(harm?.kind).toBe(kind);
      if (seed === 1) expect(harm?.finding).toContain(kind === "failures" ? told.split(" in ")[0] : told);
      expect(minute).toBeLessThanOrEqual(minutes);
    }
  });

  it("does not take one failure for proof where failures are rare", () => {
    const [was, is] = [new ServingFigures("1.0.0"), new ServingFigures("1.1.0")];
    for (let i = 0; i < 10_000; i++) was.answered(switchedMs, false, 1);
    for (let i = 0; i < 200; i++) is.answered(switchedMs, i === 50, 1);
    expect(new HarmSearch(was, 0.01).look(is)).toBeUndefined();
  });

  it("does not take it for harm that somewhat less is saved, however sure that is", () => {
    const [was, is] = [new ServingFigures("1.0.0"), new ServingFigures("1.1.0")];
    for (let i = 0; i < 50_000; i++) {
      was.concluded(switchedMs, i % 1_000 < 100);
      is.concluded(switchedMs, i % 1_000 < 92);
    }
    expect(new HarmSearch(was, 0.01).look(is)).toBeUndefined();
    for (let i = 0; i < 50_000; i++) is.concluded(switchedMs, i % 1_000 < 60);
    expect(new HarmSearch(was, 0.01).look(is)?.kind).toBe("saves");
  });

  it("does not take it for harm that the night is quiet", () => {
    const was = new ServingFigures("1.0.0");
    // All of what is known of the version before is from noon, when twice as much is saved.
    serve(was, usual, switchedMs + 7 * 60 * MINUTE_MS, 180, createRandom(1));
    const is = new ServingFigures("1.1.0");
    const search = new HarmSearch(was, 0.01);
    serve(is, usual, switchedMs, 240, createRandom(2), () => search.look(is) === undefined);
    expect(is.totals().recommendations).toBeGreaterThan(2_000);
    expect(search.look(is)).toBeUndefined();
  });

  it("has nothing to say where nothing was counted before, or since", () => {
    const [was, is] = [new ServingFigures("1.0.0"), new ServingFigures("1.1.0")];
    expect(new HarmSearch(was, 0.01).look(is)).toBeUndefined();
    serve(is, { ...usual, failureRate: 0.5 }, switchedMs, 30, createRandom(1));
    expect(new HarmSearch(was, 0.01).look(is)).toBeUndefined();
  });
});

describe("ServingFigures", () => {
  const hourMs = 60 * MINUTE_MS;

  it("adds up the last 24 hours, and forgets what is older when its hour comes again", () => {
    const figures = new ServingFigures("1.0.0");
    for (let hour = 0; hour < 30; hour++) figures.answered(switchedMs + hour * hourMs, hour < 6, 1);
    expect(figures.totals()).toMatchObject({ answers: 24, failures: 0 });
    figures.concluded(switchedMs, true);
    expect(figures.totals().recommendations).toBe(0);
  });

  it("keeps what came last of latencies, and none of what failed", () => {
    const figures = new ServingFigures("1.0.0");
    for (let i = 0; i < 2_100; i++) figures.answered(switchedMs, false, i);
    figures.answered(switchedMs, true, 1e6);
    const sorted = figures.sortedLatencies();
    expect([sorted.length, sorted[0], sorted.at(-1)]).toEqual([2_000, 100, 2_099]);
  });
});
