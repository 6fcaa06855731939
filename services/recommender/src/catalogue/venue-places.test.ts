import { FeatureTable } from "./feature-table.js";
import { VenuePlaces } from "./venue-places.js";

/** Kilometres north of a place in Dublin, as degrees. */
const north = (km: number) => ({ latitude: 53.34 + km / 111.195, longitude: -6.26 });

function placesOf(venues: Readonly<Record<string, number>>) {
  const features = new FeatureTable();
  const places = new VenuePlaces(features);
  const numbers = new Map<string, number>();
  for (const [venueId, km] of Object.entries(venues)) {
    numbers.set(venueId, features.add({ kind: "venue", key: venueId }));
    places.put({ venueId, position: north(km) });
  }
  const near = (venueId: string) => {
    const { venues: found, nearness } = places.near(numbers.get(venueId)!);
    return Array.from(found, (venue, i) => [features.featureAt(venue).key, nearness[i]] as const);
  };
  return { features, places, numbers, near };
}

describe("VenuePlaces", () => {
  it("has a venue half as near for each kilometre, and none from five on", () => {
    const { near } = placesOf({ here: 0, there: 1, beyond: 4.9, away: 5.1 });
    const found = near("here");
    expect(found.map(([venue]) => venue)).toEqual(["here", "there", "beyond"]);
    expect(found[0]![1]).toBe(1);
    expect(found[1]![1]).toBeCloseTo(0.5, 4);
    expect(found[2]![1]).toBeCloseTo(2 ** -4.9, 4);
  });

  it("is as near one way as the other", () => {
    const { near } = placesOf({ here: 0, there: 2.5 });
    expect(near("here")[1]![1]).toBeCloseTo(near("there")[1]![1]!, 12);
  });

  it("keeps the nearest of very many, the venue itself first", () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`v${i}`, i / 100]));
    const found = placesOf(many).near("v150");
    expect(found).toHaveLength(64);
    expect(found[0]).toEqual(["v150", 1]);
    expect(Math.min(...found.map(([, nearness]) => nearness!))).toBeGreaterThan(2 ** -0.33);
  });

  it("knows of a venue that has moved, come or gone", () => {
    const { places, near, features } = placesOf({ here: 0, there: 9 });
    expect(near("here")).toHaveLength(1);
    expect(places.put({ venueId: "there", position: north(1) })).toBe(true);
    expect(near("here").map(([venue]) => venue)).toEqual(["here", "there"]);
    features.add({ kind: "venue", key: "new" });
    expect(places.put({ venueId: "new", position: north(2) })).toBe(true);
    expect(near("here")).toHaveLength(3);
    expect(places.put({ venueId: "there", position: undefined })).toBe(true);
    expect(near("here").map(([venue]) => venue)).toEqual(["here", "new"]);
    expect(near("there")).toEqual([]);
  });

  it("takes nothing for news that it knows, nor a venue where no event ever was", () => {
    const { places } = placesOf({ here: 0 });
    expect(places.put({ venueId: "here", position: north(0) })).toBe(false);
    expect(places.put({ venueId: "empty", position: north(0) })).toBe(false);
    expect(places.put({ venueId: "empty", position: undefined })).toBe(false);
  });
});
