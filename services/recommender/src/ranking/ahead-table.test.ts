import { World } from "../../../../tests/fixtures/live-world.js";
import { DAY_MS, exampleEvent, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { nearness } from "./horizon.js";

const tomorrow = exampleEvent(1);
const later = exampleEvent(2, {
  startMs: nowMs + 3 * DAY_MS,
  endMs: nowMs + 4 * DAY_MS,
  genres: ["jazz", "soul"],
});
const over = exampleEvent(3, { startMs: nowMs - DAY_MS, endMs: nowMs });

describe("AheadTables", () => {
  it("lays out what takes place and is not over, by start", () => {
    const world = new World([later, over, tomorrow]);
    const table = world.state.ahead.of("dublin-ie", nowMs);
    expect(world.ids(table.events)).toEqual([1, 2]);
    expect([...table.startMs]).toEqual([tomorrow.startMs, later.startMs]);
    expect([...table.endMs]).toEqual([tomorrow.endMs, later.endMs]);
  });

  it("has the features and shares of each event as the catalogue has them", () => {
    const world = new World([tomorrow, later]);
    const { catalogue, ahead } = world.state;
    const table = ahead.of("dublin-ie", nowMs);
    for (const [i, event] of table.events.entries()) {
      const begin = catalogue.featuresOf.offsets[event]!;
      const end = begin + catalogue.featuresOf.lengths[event]!;
      const { feature, share } = catalogue.featuresOf.columns;
      expect(table.features.slice(table.offsets[i], table.offsets[i + 1])).toEqual(feature.slice(begin, end));
      expect(table.shares.slice(table.offsets[i], table.offsets[i + 1])).toEqual(share.slice(begin, end));
    }
  });

  it.each([
    ["is cancelled", { status: "cancelled" as const }],
    ["moves to another city", { cityId: "berlin-de" }],
  ])("leaves an event out from the moment on that it %s", (_, change) => {
    const world = new World([tomorrow, later]);
    expect(world.state.ahead.of("dublin-ie", nowMs).count).toBe(2);
    world.state.applyEvent({ ...later, ...change });
    expect(world.ids(world.state.ahead.of("dublin-ie", nowMs).events)).toEqual([1]);
  });

  it("takes an event in that is announced, and the features that one has been given", () => {
    const world = new World([tomorrow]);
    const before = world.state.ahead.of("dublin-ie", nowMs);
    world.state.applyEvent({ ...tomorrow, genres: ["techno", "house", "dub"] });
    world.state.applyEvent(later);
    const after = world.state.ahead.of("dublin-ie", nowMs);
    expect(world.ids(after.events)).toEqual([1, 2]);
    expect(after.offsets[1]).toBe(before.offsets[1]! + 2);
  });

  it("tells nearness to within a second, and anew after it", () => {
    const table = new World([tomorrow, later]).state.ahead.of("dublin-ie", nowMs);
    const at = (ms: number) => [...table.nearnessAt(ms)];
    const of = (ms: number) => [nearness(tomorrow.startMs, ms), nearness(later.startMs, ms)];
    expect(at(nowMs)).toEqual(of(nowMs));
    expect(at(nowMs + 999)).toEqual(of(nowMs));
    expect(at(nowMs + DAY_MS)).toEqual(of(nowMs + DAY_MS));
    expect(at(nowMs)).toEqual(of(nowMs));
  });
});
