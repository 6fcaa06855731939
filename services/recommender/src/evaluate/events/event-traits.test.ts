import type { ItemDetails } from "../data-set.js";
import { titleWords } from "./event-title.js";
import { EventTraits, traitKinds } from "./event-traits.js";

function event(title: string, place: Partial<ItemDetails["event"]>, tags: string[] = []): ItemDetails {
  const nowhere = { startMs: 0, organiser: "", town: "", region: "", country: "", location: undefined };
  return { title, tags, event: { ...nowhere, ...place } };
}

describe("titleWords", () => {
  it.each([
    ["3rd Annual Niagara Open 2014", ["annual", "niagara", "open"]],
    ["Powersurge VII", ["powersurge"]],
    ["Le Défi de la Côte", ["cote", "defi"]],
    ["Åpent stevne i Bodø", ["apent", "bodø", "stevne"]],
    ["2015", []],
  ])("keeps of %j what its editions share", (title, words) => {
    expect(titleWords(title)).toEqual(words);
  });
});

describe("EventTraits", () => {
  const traits = new EventTraits([
    event("Cork Open 2014", { organiser: "x", town: "Cork", region: "Munster", country: "IE" }, [
      "a",
      "b",
      "a",
    ]),
    event("Cork Open 2015", { organiser: "x", town: "CORK", region: "Munster", country: "IE" }, ["a"]),
    event("Cork Open 2015", { organiser: "y", town: "Cork", region: "Leinster", country: "IE" }),
    event("", {}),
  ]);
  const common = (a: number, b: number) =>
    [...traits.of[a]!]
      .filter((trait) => traits.of[b]!.includes(trait))
      .map((trait) => traitKinds[traits.kindOf[trait]!]);

  it("has the editions of an event in common, their town however it is written, and tags", () => {
    expect(common(0, 1)).toEqual([
      "organiser",
      "country",
      "region",
      "circuit",
      "town",
      "series",
      "word",
      "word",
      "tag",
    ]);
  });

  it("takes a town of that name elsewhere, or a title of another organiser, for another", () => {
    expect(common(1, 2)).toEqual(["country", "word", "word"]);
  });

  it("knows nothing of an event of which nothing is said", () => {
    expect(traits.of[3]).toHaveLength(0);
  });

  it("shares a kind among its traits by how rare they are", () => {
    for (const [event, list] of traits.of.entries()) {
      const sums = new Map<number, number>();
      for (const [i, trait] of list.entries()) {
        const kind = traits.kindOf[trait]!;
        sums.set(kind, (sums.get(kind) ?? 0) + traits.shares[event]![i]!);
      }
      for (const sum of sums.values()) expect(sum).toBeCloseTo(1, 12);
    }
    const tags = [...traits.of[0]!.keys()].filter(
      (i) => traitKinds[traits.kindOf[traits.of[0]![i]!]!] === "tag",
    );
    const [a, b] = tags.map((i) => traits.shares[0]![i]!);
    expect(b).toBeGreaterThan(a!); // "a" has two events, "b" one
  });
});
