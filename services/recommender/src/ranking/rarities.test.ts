import { exampleEvent } from "../../../../tests/fixtures/recommendable-events.js";
import { Catalogue } from "../catalogue/catalogue.js";
import { featureRarity, Rarities } from "./rarities.js";

const techno = { kind: "genre", key: "techno" } as const;
const jazz = { kind: "genre", key: "jazz" } as const;

function catalogueOf(count: number, genres = [techno.key as string]): Catalogue {
  const catalogue = new Catalogue();
  for (let number = 0; number < count; number++) catalogue.upsert(exampleEvent(number, { genres }));
  return catalogue;
}

describe("featureRarity()", () => {
  it("is 1 for a feature of one event, and the less the more have it", () => {
    expect(featureRarity(1, 500)).toBe(1);
    expect(featureRarity(500, 500)).toBeCloseTo(Math.log(2) / Math.log(501), 12);
    const rarities = [1, 2, 5, 50, 500].map((eventsWith) => featureRarity(eventsWith, 500));
    expect(rarities).toEqual(rarities.toSorted((a, b) => b - a));
  });

  it("is finite where there are no events", () => {
    expect(featureRarity(0, 0)).toBe(0);
  });
});

describe("Rarities", () => {
  it("is what the model learned, and counted for what it does not know", () => {
    const catalogue = catalogueOf(4, [techno.key, jazz.key]);
    const rarities = new Rarities(catalogue, new Map([["genre:techno", 0.123]])).current();
    expect(rarities[catalogue.features.find(techno)]).toBeCloseTo(0.123, 6);
    expect(rarities[catalogue.features.find(jazz)]).toBeCloseTo(featureRarity(4, 4), 6);
  });

  it("is counted anew when there are many more events, and for new features at once", () => {
    const catalogue = catalogueOf(2);
    const rarities = new Rarities(catalogue, new Map());
    rarities.current();
    catalogue.upsert(exampleEvent(900, { genres: [jazz.key] }));
    expect(rarities.current()[catalogue.features.find(jazz)]).toBe(1);
    const { venueId, djIds, organiser } = exampleEvent(900);
    for (let number = 10; number < 30; number++) {
      catalogue.upsert(exampleEvent(number, { venueId, djIds, organiser, genres: [jazz.key] }));
    }
    expect(rarities.current()[catalogue.features.find(jazz)]).toBeCloseTo(featureRarity(21, 23), 6);
  });
});
