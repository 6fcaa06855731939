import { driftReference, lists } from "../../../../tests/fixtures/random-lists.js";
import { HOUR_MS, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { termNumber } from "../ranking/terms.js";
import { driftFeatures, type WatchedList } from "./drift-features.js";
import { DriftMonitor } from "./drift-monitor.js";

const DAY_MS = 24 * HOUR_MS;

/** A monitor with a window of a day, and its clock. */
function monitoring(compared: ReturnType<typeof driftReference> | undefined = driftReference()) {
  const clock = { ms: nowMs };
  const monitor = new DriftMonitor(DAY_MS, () => new Date(clock.ms));
  monitor.compareWith(compared);
  return {
    clock,
    monitor,
    compared,
    see: (count: number, list: () => WatchedList) => {
      for (let i = 0; i < 8 * count; i++) monitor.offer(compared, list);
    },
    byFeature: () =>
      new Map(
        monitor
          .measure()
          .flatMap(({ feature, psi, ks, samples }) =>
            psi === undefined || ks === undefined ? [] : [[feature, { psi, ks, samples }]],
          ),
      ),
    samplesOf: (wanted: string) => monitor.measure().find(({ feature }) => feature === wanted)?.samples,
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

  it.each(["own.venue", "score", "likes", "own.price"])("finds which feature has moved: %s", (moved) => {
    const { see, byFeature } = monitoring();
    const next = lists(2, moved, 0.6);
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

  it("says nothing of a feature of which it has seen little, but how little", () => {
    const { see, byFeature, samplesOf } = monitoring();
    expect(samplesOf("score")).toBe(0);
    see(24, lists(2));
    expect(samplesOf("score")).toBe(480);
    expect(byFeature().size).toBe(0);
    see(1, lists(3));
    expect(byFeature().get("score")?.samples).toBe(500);
    expect(byFeature().has("likes")).toBe(false);
  });

  it("looks at one list in eight, and describes no other", () => {
    const { monitor, compared, byFeature } = monitoring();
    const list = lists(2);
    let described = 0;
    for (let i = 0; i < 800; i++) {
      monitor.offer(compared, () => {
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
    const { monitor, compared, see, byFeature } = monitoring();
    see(100, lists(2));
    const next = driftReference();
    monitor.compareWith(next);
    expect(byFeature().size).toBe(0);
    see(100, lists(2)); // by the model before, which a few requests still rank with
    expect(byFeature().size).toBe(0);
    monitor.compareWith(compared);
    see(100, lists(2));
    expect(byFeature().size).toBeGreaterThan(0);
    monitor.compareWith(compared); // another channel's model was swapped
    expect(byFeature().size).toBeGreaterThan(0);
    monitor.compareWith(undefined);
    see(100, lists(2));
    monitor.offer(undefined, lists(2));
    expect(byFeature().size).toBe(0);
  });
});
