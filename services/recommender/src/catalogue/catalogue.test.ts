import { World } from "../../../../tests/fixtures/live-world.js";
import {
  DAY_MS,
  exampleEvent,
  HOUR_MS,
  nowMs,
  uuid,
} from "../../../../tests/fixtures/recommendable-events.js";
import { Catalogue } from "./catalogue.js";

const featuresOf = ({ featuresOf: table, features }: Catalogue, event: number) => {
  const begin = table.offsets[event]!;
  return [...table.columns.feature.subarray(begin, begin + table.lengths[event]!)].map(
    (f) => features.featureAt(f).key,
  );
};

describe("Catalogue", () => {
  it("lists a city's events that are not over, by start and then by id", () => {
    const world = new World([
      exampleEvent(3),
      exampleEvent(1, { startMs: nowMs + 40 * HOUR_MS, endMs: nowMs + 44 * HOUR_MS }),
      exampleEvent(2),
      exampleEvent(4, { endMs: nowMs, startMs: nowMs - HOUR_MS }),
      exampleEvent(5, { cityId: "berlin-de" }),
    ]);
    expect(world.ids(world.state.catalogue.aheadIn("dublin-ie", nowMs))).toEqual([2, 3, 1]);
    expect(world.ids(world.state.catalogue.aheadIn("berlin-de", nowMs))).toEqual([5]);
    expect([...world.state.catalogue.aheadIn("nowhere", nowMs)]).toEqual([]);
  });

  it("takes an event in, moves it and takes it to another city at once", () => {
    const world = new World([exampleEvent(1), exampleEvent(2)]);
    const { catalogue } = world.state;
    catalogue.aheadIn("dublin-ie", nowMs);
    catalogue.upsert(exampleEvent(3));
    catalogue.upsert(exampleEvent(1, { startMs: nowMs + 28 * HOUR_MS }));
    expect(world.ids(catalogue.aheadIn("dublin-ie", nowMs))).toEqual([2, 3, 1]);
    catalogue.upsert(exampleEvent(2, { cityId: "berlin-de" }));
    expect(world.ids(catalogue.aheadIn("dublin-ie", nowMs))).toEqual([3, 1]);
    expect(world.ids(catalogue.aheadIn("berlin-de", nowMs))).toEqual([2]);
    expect(catalogue.cityIdOf(world.event(2))).toBe("berlin-de");
    expect(catalogue.known).toBe(3);
  });

  it("drops what has ended since the list was made, and finds it again when the clock goes back", () => {
    const world = new World([exampleEvent(1)]);
    const { catalogue } = world.state;
    expect(catalogue.aheadIn("dublin-ie", nowMs)).toHaveLength(1);
    expect(catalogue.aheadIn("dublin-ie", nowMs + 2 * DAY_MS)).toHaveLength(0);
    expect(catalogue.aheadIn("dublin-ie", nowMs)).toHaveLength(1);
  });

  it("replaces an event's features and counts how many events have each", () => {
    const catalogue = new Catalogue();
    const event = catalogue.upsert(exampleEvent(1, { genres: ["techno"] }));
    catalogue.upsert(exampleEvent(2, { genres: ["techno"] }));
    catalogue.upsert(exampleEvent(1, { genres: ["jazz", "soul"] }));
    expect(featuresOf(catalogue, event).slice(0, 2)).toEqual(["jazz", "soul"]);
    const count = (key: string) =>
      catalogue.features.eventsWith[catalogue.features.find({ kind: "genre", key })];
    expect([count("techno"), count("jazz"), count("soul")]).toEqual([1, 1, 1]);
  });

  it("gives a feature the share 1/√m of the m features of its kind", () => {
    const catalogue = new Catalogue();
    const event = catalogue.upsert(exampleEvent(1, { djIds: [uuid(1), uuid(2), uuid(3), uuid(4)] }));
    const { offsets, columns } = catalogue.featuresOf;
    const shares = [...columns.share.subarray(offsets[event]!, offsets[event]! + 6)];
    expect(shares).toEqual([1, 0.5, 0.5, 0.5, 0.5, 1]);
  });

  it("does not know an event that only feedback has told of, until it is told", () => {
    const catalogue = new Catalogue();
    const event = catalogue.eventNumber(uuid(1));
    expect(catalogue.isKnown(event)).toBe(false);
    expect(catalogue.isKnown(-1)).toBe(false);
    expect(catalogue.upsert(exampleEvent(1))).toBe(event);
    expect(catalogue.isKnown(event)).toBe(true);
  });
});
