import { createRandom } from "@craic/numerics/random.js";
import { canBeListed, encodeNames, NamedRows } from "./name-list.js";

const rowsOf = (names: readonly string[]) => new NamedRows(encodeNames(names), (row) => row);

describe("NamedRows", () => {
  it("finds every name of a list, and no other", () => {
    const random = createRandom(7);
    const names = new Set<string>();
    while (names.size < 2_000) names.add(`genre:${Math.floor(random() * 1e6).toString(36)}`);
    const rows = rowsOf([...names]);
    expect(rows.size).toBe(2_000);
    for (const [row, name] of [...names].entries()) expect(rows.get(name)).toBe(row);
    for (const other of ["genre:", "genre", "", "\n", "venue:1", `${[...names][0]} `]) {
      expect(rows.get(other)).toBeUndefined();
    }
  });

  it("lists them in their order, each with what belongs to it", () => {
    const names = ["b", "a", "\ufeffc", "ünï 🎷", "", "last"];
    expect([...rowsOf(names)]).toEqual(names.map((name, row) => [name, row]));
  });

  it("takes names of any length and script", () => {
    const names = ["x".repeat(5_000), "é".repeat(600), "東京 jazz", "\u0000"];
    const rows = rowsOf(names);
    expect(names.map((name) => rows.get(name))).toEqual([0, 1, 2, 3]);
    expect(rows.get("x".repeat(4_999))).toBeUndefined();
  });

  it("has nothing where there are no names, and the last of those that are alike", () => {
    expect([rowsOf([]).size, [...rowsOf([])], rowsOf([]).get("a")]).toEqual([0, [], undefined]);
    expect(rowsOf(["a", "b", "a"]).get("a")).toBe(2);
  });

  it("refuses bytes that are no text", () => {
    expect(() => new NamedRows(Uint8Array.of(0x61, 0xff), () => 0)).toThrow("the names are no text");
  });
});

describe("canBeListed", () => {
  it("is true of what is on one line", () => {
    expect(["genre:jazz", "two\nlines"].map(canBeListed)).toEqual([true, false]);
  });
});
