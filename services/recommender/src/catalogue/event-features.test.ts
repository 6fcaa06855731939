import { exampleEvent, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import type { Event } from "./event.js";
import { featureKinds, featuresOf } from "./event-features.js";

const namesOf = (changes: Partial<Event>) =>
  featuresOf(exampleEvent(1, changes)).map(({ kind, key }) => `${kind}:${key}`);

const startingAt = (iso: string, timeZone: string) => namesOf({ startMs: Date.parse(iso), timeZone });

describe("featuresOf()", () => {
  it("gives genres, artists, venue, organiser, weekday, hour and price, in the order of the kinds", () => {
    const changes = {
      genres: ["techno", "house"],
      djIds: [uuid(7), uuid(8)],
      venueId: uuid(9),
      organiser: "Hidden",
    };
    expect(namesOf(changes)).toEqual([
      "genre:techno",
      "genre:house",
      `artist:${uuid(7)}`,
      `artist:${uuid(8)}`,
      `venue:${uuid(9)}`,
      "organiser:Hidden",
      "weekday:Sun",
      "hour:night",
      "price:EUR:3",
    ]);
    const kinds = featuresOf(exampleEvent(1, changes)).map(({ kind }) => featureKinds.indexOf(kind));
    expect(kinds).toEqual(kinds.toSorted((a, b) => a - b));
  });

  it("leaves out what is not known, and what is said twice", () => {
    const changes = {
      venueId: "",
      organiser: "  ",
      minPriceCents: undefined,
      genres: ["jazz", "jazz"],
      djIds: [],
    };
    expect(namesOf(changes)).toEqual(["genre:jazz", "weekday:Sun", "hour:night"]);
  });

  it("takes weekday and hour at the event's place, across a change of clocks", () => {
    expect(startingAt("2026-06-20T19:30:00Z", "Europe/Dublin")).toContain("hour:evening");
    expect(startingAt("2026-06-20T20:30:00Z", "Europe/Dublin")).toContain("hour:night");
    expect(startingAt("2026-12-20T20:30:00Z", "Europe/Dublin")).toContain("hour:evening");
    expect(startingAt("2026-06-20T20:30:00Z", "America/New_York")).toContain("hour:afternoon");
  });

  it("counts the small hours to the night before", () => {
    expect(startingAt("2026-06-21T01:00:00Z", "UTC")).toEqual(
      expect.arrayContaining(["weekday:Sat", "hour:night"]),
    );
    expect(startingAt("2026-06-21T04:59:00Z", "UTC")).toContain("weekday:Sat");
    expect(startingAt("2026-06-21T05:00:00Z", "UTC")).toEqual(
      expect.arrayContaining(["weekday:Sun", "hour:morning"]),
    );
  });

  it("falls back to UTC for a time zone that does not exist", () => {
    expect(startingAt("2026-06-21T12:00:00Z", "Mars/Olympus")).toEqual(
      startingAt("2026-06-21T12:00:00Z", "UTC"),
    );
  });

  it.each([
    [0, "price:free"],
    [50, "price:EUR:0"],
    [199, "price:EUR:0"],
    [200, "price:EUR:1"],
    [6_400, "price:EUR:6"],
  ])("puts a price of %i cents into the band %s", (minPriceCents, band) => {
    expect(namesOf({ minPriceCents })).toContain(band);
  });
});
