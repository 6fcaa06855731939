import { createRandom } from "@craic/numerics/random.js";
import { HOUR_MS, nowMs } from "../../../tests/fixtures/recommendable-events.js";
import { driftFeatures, type RankedList } from "./drift-features.js";
import { DriftMonitor } from "./drift-monitor.js";
import { DriftSurvey, problemOf } from "./drift-reference.js";
import { termNames, termNumber } from "./terms.js";

const DAY_MS = 24 * HOUR_MS;

/** Lists of 20 events whose numbers are random; `shift` is added to those of one feature. */
function lists(seed: number, shifted = "", shift = 0) {
  const random = createRandom(seed);
  const value = (feature: string) => {
    if (feature === "own.price") return 0; // a term that this model never has
    const drawn = feature.startsWith("own.") && random() < 0.7 ? 0 : random() ** 2;
    return feature === shifted ? drawn + shift : drawn;
  };
  return (): RankedList => ({
    candidates: 100 * value("candidates"),
    likes: Math.floor(10 * value("likes")),
    picks: Array.from({ length: 20 }, (_, event) => ({ event, score: value("score") })),
    termsOf: (_, into) => into.set(termNames.map(value)),
  });
}

function reference() {
  const survey = new DriftSurvey();
  const next = lists(1);
  for (let i = 0; i < 300; i++) survey.add(next());
  return survey.reference()!;
}

/** A monitor with a window of a day, and its clock. */
function monitoring(compared: ReturnType<typeof reference> | undefined = reference()) {
  const clock = { ms: nowMs };
  const monitor = new DriftMonitor(DAY_MS, () => new Date(clock.ms));
  monitor.compareWith(compared);
  return {
    clock,
    monitor,
    see: (count: number, list: () => RankedList) => {
      for (let i = 0; i < 8 * count; i++) monitor.offer(list);
    },
    byFeature: () => new Map(monitor.measure().map(({ feature, ...drift }) => [feature, drift])),
  };
}

describe("DriftMonitor", () => {
  it("finds next to no drift in lists like those of the test", () => {
    const { see, byFeature } = monitoring();
    see(600, lists(2));
    expect([...byFeature().keys()]).toEqual([...driftFeatures]);
    for (const [feature, { psi, ks }] of byFeature()) {
      expect({ feature, small: psi < 0.1 && ks < 0.1 }).toEqual({ feature, small: true });
    }
  });

  it.each(["own.venue", "score", "candidates", "own.price"])("finds which feature has moved: %s", (moved) => {
    const { see, byFeature } = monitoring();
    const next = lists(2, moved, moved === "candidates" ? 0.5 : 0.6);
    // A term that was always 0 and no longer is.
    const list =
      moved === "own.price"
        ? () => ({ ...next(), termsOf: (_: number, into: Float64Array) => void into.fill(0.1, 6, 7) })
        : next;
    see(600, list);
    expect(termNumber("own.price")).toBe(6);
    const { psi, ks } = byFeature().get(moved)!;
    expect(psi).toBeGreaterThan(0.25);
    expect(ks).toBeGreaterThan(0.25);
    if (moved !== "own.price") expect(byFeature().get("own.genre")!.psi).toBeLessThan(0.1);
  });

  it("says nothing of a feature of which it has seen little", () => {
    const { see, byFeature } = monitoring();
    see(24, lists(2)); // 480 events
    expect(byFeature().size).toBe(0);
    see(1, lists(3));
    expect(byFeature().get("score")?.samples).toBe(500);
    expect(byFeature().has("likes")).toBe(false);
  });

  it("looks at one list in eight, and describes no other", () => {
    const { monitor, byFeature } = monitoring();
    const list = lists(2);
    let described = 0;
    for (let i = 0; i < 800; i++) {
      monitor.offer(() => {
        described++;
        return list();
      });
    }
    expect(described).toBe(100);
    expect(byFeature().get("score")?.samples).toBe(2_000);
  });

  it("forgets what is older than the window, and not what is younger", () => {
    const { clock, see, byFeature } = monitoring();
    see(100, lists(2));
    clock.ms += 12 * HOUR_MS;
    see(50, lists(3));
    clock.ms += 11 * HOUR_MS;
    expect(byFeature().get("score")?.samples).toBe(3_000);
    clock.ms += 2 * HOUR_MS;
    expect(byFeature().get("score")?.samples).toBe(1_000);
    clock.ms += 100 * DAY_MS;
    expect(byFeature().size).toBe(0);
    see(100, lists(4));
    expect(byFeature().get("score")?.samples).toBe(2_000);
  });

  it("begins anew with another model, and is silent for one that was kept without a reference", () => {
    const { monitor, see, byFeature } = monitoring();
    see(100, lists(2));
    monitor.compareWith(reference());
    expect(byFeature().size).toBe(0);
    see(100, lists(2));
    monitor.compareWith(undefined);
    see(100, lists(2));
    expect(byFeature().size).toBe(0);
  });
});

describe("a drift reference", () => {
  it("has nothing to say where no list was seen", () => {
    const survey = new DriftSurvey();
    expect(survey.reference()).toBeUndefined();
    survey.add({ ...lists(1)(), picks: [] });
    expect(survey.reference()).toBeUndefined();
  });

  it("counts every number once", () => {
    const { counts } = reference();
    const whole = counts.reduce((sum, count) => sum + count, 0);
    expect(whole).toBe(300 * (20 * (termNames.length + 1) + 2));
  });

  it.each<[string, (sound: ReturnType<typeof reference>) => void, string]>([
    ["edges that go down", ({ edges }) => void edges.fill(-1, 1, 2), "do not ascend"],
    ["an edge that is no number", ({ edges }) => void edges.fill(Number.NaN, 0, 1), "do not ascend"],
    ["a negative count", ({ counts }) => void counts.fill(-1, 0, 1), "a count is not one"],
    ["an infinite count", ({ counts }) => void counts.fill(Infinity, 0, 1), "a count is not one"],
    ["a feature without counts", ({ counts }) => void counts.fill(0, 0, 17), "own.genre was never seen"],
  ])("is refused with %s", (_, spoil, problem) => {
    const sound = reference();
    expect(problemOf(sound)).toBeUndefined();
    spoil(sound);
    expect(problemOf(sound)).toContain(problem);
  });

  it("is refused when it is of other features", () => {
    const { edges, counts } = reference();
    expect(problemOf({ edges: edges.subarray(1), counts })).toMatch(/^there are \d+ edges$/);
    expect(problemOf({ edges, counts: counts.subarray(1) })).toMatch(/^there are \d+ counts$/);
  });
});
