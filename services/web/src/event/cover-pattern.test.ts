import { coverPattern, PALETTES } from "./cover-pattern.js";

const ids = Array.from({ length: 200 }, (_, i) => `0190a1b2-0000-7000-8000-${String(i).padStart(12, "0")}`);

describe("coverPattern()", () => {
  it("prints the same event the same way every time", () => {
    expect(coverPattern(ids[0]!, ["jazz"])).toEqual(coverPattern(ids[0]!, ["jazz"]));
  });

  it("prints neighbours differently", () => {
    const prints = new Set(ids.map((id) => JSON.stringify(coverPattern(id, ["classical"]))));
    expect(prints.size).toBe(ids.length);
  });

  it("uses every palette", () => {
    const palettes = new Set(ids.map((id) => coverPattern(id, []).palette));
    expect([...palettes].sort()).toEqual(Array.from({ length: PALETTES }, (_, i) => i));
  });

  it.each([
    ["christmas market"],
    ["opera"],
    ["classical"],
    ["techno"],
    ["rock"],
    ["folk"],
    ["jazz"],
    ["java"],
    ["anything else"],
  ])("draws %s without a number that is none", (genre) => {
    for (const id of ids) {
      const { layers } = coverPattern(id, [genre]);
      expect(layers.every(({ d }) => d.startsWith("M") && !/NaN|undefined|Infinity/.test(d))).toBe(true);
    }
  });
});
