import { Accumulator } from "@craic/numerics/accumulator.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent } from "../../../../tests/fixtures/recommendable-events.js";
import { VectorTaste } from "./feature-vectors.js";
import { Rarities } from "./rarities.js";

const bare = { djIds: [], venueId: "", organiser: "" };
const world = new World([
  exampleEvent(1, { ...bare, genres: ["techno"] }),
  exampleEvent(2, { ...bare, genres: ["house"] }),
  exampleEvent(3, { ...bare, genres: ["polka"] }),
]);
const { catalogue } = world.state;
const genre = (key: string) => catalogue.features.find({ kind: "genre", key });
const vectors = {
  factors: 2,
  byName: new Map([
    ["genre:techno", Float32Array.of(1, 0)],
    ["genre:house", Float32Array.of(0.6, 0.8)],
    ["genre:folk", Float32Array.of(-1, 0)],
  ]),
};

function tasteOf(liked: Record<string, number>, given?: typeof vectors): VectorTaste {
  const own = new Accumulator();
  own.reserve(catalogue.features.size);
  for (const [key, amount] of Object.entries(liked)) own.add(genre(key), amount);
  const taste = new VectorTaste(catalogue, given);
  taste.read(own, new Rarities(catalogue, new Map()).current());
  return taste;
}

describe("VectorTaste", () => {
  const rarity = new Rarities(catalogue, new Map()).current()[genre("techno")]!;

  it("relates a feature to what the person likes by the product of their vectors", () => {
    const { related } = tasteOf({ techno: 0.5 }, vectors);
    expect(related[genre("techno")]).toBeCloseTo(0.5 * rarity, 6);
    expect(related[genre("house")]).toBeCloseTo(0.5 * rarity * 0.6, 6);
  });

  it("is linear in what the person likes", () => {
    const forHouse = (liked: Record<string, number>) => tasteOf(liked, vectors).related[genre("house")]!;
    const sum = forHouse({ techno: 0.2 }) + forHouse({ house: 0.3 });
    expect(forHouse({ techno: 0.2, house: 0.3 })).toBeCloseTo(sum, 6);
  });

  it("relates nothing to features that the model does not know, and nothing by features that it does not", () => {
    expect(tasteOf({ techno: 1 }, vectors).related[genre("polka")]).toBe(0);
    expect(Math.max(...tasteOf({ polka: 1 }, vectors).related)).toBe(0);
  });

  it("never speaks against anything, and says nothing for a stranger or without vectors", () => {
    world.state.applyEvent(exampleEvent(4, { ...bare, genres: ["folk"] }));
    expect(tasteOf({ techno: 1 }, vectors).related[genre("folk")]).toBe(0);
    expect(Math.max(...tasteOf({}, vectors).related)).toBe(0);
    const none = tasteOf({ techno: 1 });
    expect([none.isEmpty, Math.max(...none.related)]).toEqual([true, 0]);
  });
});
