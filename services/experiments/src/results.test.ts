import { runningExample } from "../../../tests/fixtures/experiments.js";
import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { withContent } from "./experiment-record.js";
import { Participants } from "./participants.js";
import { none, type Participation } from "./person.js";
import { type Question, resultsOf } from "./results.js";

const HOUR = 60 * 60_000;
const startMs = Date.UTC(2026, 5, 1);
const question: Question = { metric: "save", windowHours: 0, minimumLift: 0.1, nowMs: startMs + 100 * HOUR };

function part(changes: Partial<Participation>): Participation {
  return {
    experimentId: "ranking",
    revision: 1,
    variant: "control",
    firstMs: startMs,
    cityId: "",
    isNew: false,
    exclusion: "",
    exposures: 1,
    hour: 0,
    exposuresInHour: 1,
    recentExposures: [],
    latencySumMs: 0,
    latencies: 0,
    failures: 0,
    conversions: none,
    firstConversionMs: none,
    countedIds: [],
    before: none,
    ...changes,
  };
}

/** So many people of a variant, of whom so many have saved an event an hour after they were shown it. */
function crowd(
  people: Participants,
  variant: string,
  count: number,
  saving: number,
  changes: Partial<Participation> = {},
) {
  const { firstMs = startMs } = changes;
  const saved = { conversions: { ...none, save: 2 }, firstConversionMs: { ...none, save: firstMs + HOUR } };
  for (let i = 0; i < count; i++) {
    people.put(uuid(people.size), part({ variant, ...changes, ...(i < saving ? saved : {}) }));
  }
  return people;
}
const usersOf = (results: ReturnType<typeof resultsOf>) => results.variants.map(({ users }) => users);

describe("resultsOf()", () => {
  it("counts each variant's people, those who converted, and the means of all metrics", () => {
    const people = crowd(new Participants(), "control", 10, 2, {
      latencySumMs: 30,
      latencies: 2,
      failures: 1,
    });
    crowd(people, "blend", 20, 5);
    const { variants } = resultsOf(runningExample(startMs), people, question);
    expect(variants.map(({ name, users }) => [name, users])).toEqual([
      ["control", 10],
      ["blend", 20],
    ]);
    const sums = (metric: string) => variants.map(({ byMetric }) => byMetric.get(metric)?.sum);
    expect(sums("save")).toEqual([2, 5]);
    expect(sums("saves_per_user")).toEqual([4, 10]);
    expect(sums("errors_per_user")).toEqual([10, 0]);
    expect(variants[0]?.byMetric.get("latency_ms")).toMatchObject({ users: 10, sum: 150 });
    expect(variants[1]?.byMetric.get("latency_ms")).toMatchObject({ users: 0 });
  });

  it.each<[string, Partial<Participation>]>([
    ["machines", { exclusion: "bot" }],
    ["staff", { exclusion: "staff" }],
    ["who saw several variants", { exclusion: "saw several variants" }],
    ["who came before it began", { firstMs: startMs - 1 }],
    ["who came after the question", { firstMs: question.nowMs + 1 }],
    ["who was shown what it no longer has", { variant: "gone" }],
  ])("leaves out %s", (_, changes) => {
    const people = crowd(crowd(new Participants(), "control", 3, 0), "blend", 4, 0);
    crowd(people, "blend", 5, 0, changes);
    expect(usersOf(resultsOf(runningExample(startMs), people, question))).toEqual([3, 4]);
  });

  it("counts everybody, of however many", () => {
    const people = crowd(crowd(new Participants(), "control", 30_000, 3_000), "blend", 20_000, 4_000);
    const overrides = new Map([
      [uuid(10), "blend"],
      [uuid(49_999), "blend"],
    ]);
    const { variants } = resultsOf(runningExample(startMs, { overrides }), people, question);
    expect(variants.map(({ users }) => users)).toEqual([29_999, 19_999]);
    expect(variants.map(({ byMetric }) => byMetric.get("saves_per_user")?.sum)).toEqual([5_998, 8_000]);
    expect(people.variantOf(uuid(40_000))).toBe("blend");
  });

  it("leaves out who was given a variant by hand", () => {
    const people = crowd(crowd(new Participants(), "control", 3, 0), "blend", 4, 0);
    const record = runningExample(startMs, {
      overrides: new Map([
        [uuid(0), "blend"],
        [uuid(99), "blend"],
      ]),
    });
    expect(usersOf(resultsOf(record, people, question))).toEqual([2, 4]);
  });

  it("looks at those alone who came in the last hours asked for", () => {
    const people = crowd(crowd(new Participants(), "control", 3, 0), "blend", 4, 0);
    crowd(people, "blend", 2, 0, { firstMs: question.nowMs - 2 * HOUR });
    const results = resultsOf(runningExample(startMs), people, { ...question, windowHours: 3 });
    expect(usersOf(results)).toEqual([0, 2]);
    expect(results.fromMs).toBe(question.nowMs - 3 * HOUR);
  });

  it("expects people by the weights of the time that they came in", () => {
    const before = runningExample(startMs);
    const [control, blend] = before.variants;
    const variants = [
      { ...control!, weight: 0.1 },
      { ...blend!, weight: 0.9 },
    ];
    const record = withContent(before, { ...before, variants }, startMs + 10 * HOUR);
    const people = crowd(crowd(new Participants(), "control", 500, 0), "blend", 500, 0);
    const later = { firstMs: startMs + 20 * HOUR };
    crowd(crowd(people, "control", 100, 0, later), "blend", 900, 0, later);
    const { analysis, variants: found } = resultsOf(record, people, question);
    expect(found.map(({ weight }) => weight)).toEqual([0.3, 0.7]);
    expect(analysis.sampleRatio.pValue).toBeCloseTo(1, 9);
  });

  it("decides nothing when people are not divided as they should be", () => {
    const people = crowd(crowd(new Participants(), "control", 1_000, 100), "blend", 1_300, 400);
    const { analysis, decision } = resultsOf(runningExample(startMs), people, question);
    expect(analysis.sampleRatio.isMismatch).toBe(true);
    expect(decision.action).toBe("keep-running");
  });

  it("ships what is better and takes back what does harm", () => {
    const better = crowd(crowd(new Participants(), "control", 1_000, 100), "blend", 1_000, 200);
    expect(resultsOf(runningExample(startMs), better, question).decision).toMatchObject({
      action: "ship",
      variant: "blend",
    });
    const worse = crowd(crowd(new Participants(), "control", 1_000, 200), "blend", 1_000, 100);
    expect(resultsOf(runningExample(startMs), worse, question).decision).toMatchObject({
      action: "rollback",
      variant: "blend",
    });
  });

  it("tells of cities and audiences with enough people in every variant", () => {
    const people = new Participants();
    crowd(crowd(people, "control", 150, 10, { cityId: "dublin" }), "blend", 150, 20, { cityId: "dublin" });
    crowd(crowd(people, "control", 150, 0, { cityId: "cork" }), "blend", 99, 0, { cityId: "cork" });
    crowd(crowd(people, "control", 100, 0, { isNew: true }), "blend", 100, 5, { isNew: true });
    const { segments } = resultsOf(runningExample(startMs), people, question);
    expect(segments.map(({ name }) => name)).toEqual(["audience:returning", "city:dublin", "audience:new"]);
    const inDublin = segments.find(({ name }) => name === "city:dublin");
    expect(inDublin?.variants.map(({ byMetric }) => byMetric.get("save")?.sum)).toEqual([10, 20]);
  });

  it("tells how rates developed: those so far at each instant, all at the end", () => {
    const people = crowd(crowd(new Participants(), "control", 4, 2), "blend", 6, 3);
    crowd(people, "control", 1, 1, { firstMs: startMs + 50 * HOUR });
    const { points } = resultsOf(runningExample(startMs), people, question);
    const control = points.filter(({ variant }) => variant === "control");
    expect(control).toHaveLength(50);
    expect(control[0]).toMatchObject({ timeMs: startMs + 2 * HOUR, users: 4, conversions: 2 });
    expect(control[24]).toMatchObject({ users: 4, conversions: 2 });
    expect(control[25]).toMatchObject({ users: 5, conversions: 3 });
    expect(control.at(-1)).toMatchObject({ timeMs: question.nowMs, users: 5, conversions: 3 });
  });

  it("tells instants in whole milliseconds, as the wire takes them, however a window is divided", () => {
    const people = crowd(crowd(new Participants(), "control", 4, 2), "blend", 6, 3);
    const awkward = { ...question, windowHours: 100 / 7, nowMs: question.nowMs + 1 };
    const { fromMs, points } = resultsOf(runningExample(startMs), people, awkward);
    for (const ms of [fromMs, ...points.map(({ timeMs }) => timeMs)]) expect(Number.isInteger(ms)).toBe(true);
    expect(points.at(-1)?.timeMs).toBe(awkward.nowMs);
  });

  it("tells how long it takes at the pace so far", () => {
    const people = crowd(crowd(new Participants(), "control", 500, 50), "blend", 500, 50);
    const { usersNeeded, daysLeft, power } = resultsOf(runningExample(startMs), people, question);
    expect(usersNeeded).toBe(14_751);
    expect(daysLeft).toBe(Math.ceil((14_751 - 500) / (500 / (100 / 24))));
    expect(power).toBeGreaterThan(0.05);
    expect(power).toBeLessThan(0.2);
  });

  it("makes something of nobody", () => {
    const { decision, daysLeft, power, variants } = resultsOf(
      runningExample(startMs),
      new Participants(),
      question,
    );
    expect(decision.action).toBe("keep-running");
    expect([daysLeft, power]).toEqual([Number.POSITIVE_INFINITY, 0]);
    expect(variants.map(({ weight }) => weight)).toEqual([0.5, 0.5]);
  });

  it("keeps a later state of somebody when an earlier one is read again", () => {
    const people = new Participants();
    people.put(uuid(1), part({ revision: 3, variant: "blend" }));
    people.put(uuid(1), part({ revision: 2, variant: "control" }));
    expect(people.variantOf(uuid(1))).toBe("blend");
    expect(people.variantOf(uuid(2))).toBeUndefined();
  });
});
