import type { Scorer, Settings, Training } from "./algorithm.js";
import { algorithms, algorithmsByName, settingsOf } from "./algorithms.js";
import { DAY_MS } from "./attendance-split.js";
import type { ItemDetails } from "./data-set.js";

type Row = readonly [user: number, item: number, day: number];

function training(rows: readonly Row[], details?: readonly ItemDetails[]): Training {
  const sorted = [...rows].sort((a, b) => a[2] - b[2]);
  return {
    users: 1 + Math.max(...rows.map(([user]) => user)),
    items: details?.length ?? 8,
    interactions: {
      count: rows.length,
      users: Uint32Array.from(sorted, ([user]) => user),
      items: Uint32Array.from(sorted, ([, item]) => item),
      values: new Float32Array(rows.length).fill(1),
      timesMs: Float64Array.from(sorted, ([, , day]) => day * DAY_MS),
    },
    details,
    seed: 1,
    threads: 1,
    carve: () => {
      throw new Error("nothing is held out");
    },
    fit: () => Promise.reject(new Error("it is made of nothing else")),
  };
}

const fit = (name: string, from: Training, settings: Settings = {}) => {
  const algorithm = algorithmsByName.get(name)!;
  return algorithm.fit(from, settingsOf(algorithm, settings));
};

function scores(scorer: Scorer, user: number, items: number, day = 100): number[] {
  const into = new Float64Array(items);
  scorer.score(
    { user, atMs: day * DAY_MS },
    Uint32Array.from({ length: items }, (_, i) => i),
    into,
  );
  return [...into];
}

/** Users 0 to 3 have items 0 to 2, users 4 to 6 items 4 to 6; user 3 lacks item 2, user 7 has item 4 alone. */
const twoCamps: Row[] = [
  ...[0, 1, 2].flatMap((user) => [0, 1, 2].map((item): Row => [user, item, user * 3 + item])),
  ...[4, 5, 6].flatMap((user) => [4, 5, 6].map((item): Row => [user, item, user * 3 + item])),
  [3, 0, 40],
  [3, 1, 41],
  [7, 4, 50],
];

describe.each(["user-knn", "item-knn", "als", "ease", "successors"])("%s", (name) => {
  it("prefers what people of the same taste have", async () => {
    const scorer = await fit(name, training(twoCamps), name === "als" ? { factors: 4 } : {});
    const own = scores(scorer, 3, 8);
    expect(own[2]).toBeGreaterThan(own[5]! + 1e-3);
    const other = scores(scorer, 7, 8);
    expect(other[5]).toBeGreaterThan(other[2]! + 1e-3);
  });
});

describe.each(["user-knn", "item-knn", "als", "ease"])("%s", (name) => {
  it("counts an item once, however often the user came back to it", async () => {
    const settings: Settings = name === "als" ? { factors: 4 } : {};
    const once = scores(await fit(name, training(twoCamps), settings), 7, 8);
    const often = scores(await fit(name, training([...twoCamps, [7, 4, 51], [6, 5, 52]]), settings), 7, 8);
    expect(often).toEqual(once);
  });
});

describe.each(["user-knn", "item-knn"])("%s", (name) => {
  it("finds the same camps by counts, by TF-IDF and by BM25, each with scores of its own", async () => {
    const all = await Promise.all(
      [0, 1, 2].map(async (weighting) => scores(await fit(name, training(twoCamps), { weighting }), 3, 8)),
    );
    for (const own of all) expect(own[2]).toBeGreaterThan(own[5]!);
    expect(new Set(all.map((own) => own[2]!.toFixed(6))).size).toBe(3);
    await expect(fit(name, training(twoCamps), { weighting: 3 })).rejects.toThrow(
      "weighting is 3, not 0, 1 or 2",
    );
  });

  it("takes more neighbours than there are people and items for all that there are", async () => {
    const all = await fit(name, training(twoCamps), { neighbours: 8 });
    const more = await fit(name, training(twoCamps), { neighbours: 100_000_000 });
    expect(scores(more, 3, 8)).toEqual(scores(all, 3, 8));
  });
});

describe("popularity", () => {
  it("counts interactions by half-lives, and goes on counting", async () => {
    const rows: Row[] = [[0, 0, 0], [1, 0, 10], [2, 1, 10]]; // biome-ignore format: rows
    const scorer = await fit("popularity", training(rows), { halfLifeDays: 10 });
    expect(scores(scorer, 0, 3)).toEqual([1.5, 1, 0]);
    scorer.observe!(5, 2, 20 * DAY_MS);
    expect(scores(scorer, 0, 3)).toEqual([1.5, 1, 2]);
  });
});

describe("trending", () => {
  it("counts what happened before the question alone, by half-lives", async () => {
    const rows: Row[] = [[0, 0, 0], [1, 0, 10], [2, 1, 20], [3, 0, 30]]; // biome-ignore format: rows
    const scorer = await fit("trending", training(rows), { halfLifeDays: 10 });
    expect(scores(scorer, 9, 2, 20)).toEqual([0.25 + 0.5, 0]);
    expect(scores(scorer, 9, 2, 30)[0]).toBeCloseTo(0.125 + 0.25, 12);
    expect(scores(scorer, 9, 2, 30)[1]).toBeCloseTo(0.5, 12);
    expect(scores(scorer, 9, 2, 0)).toEqual([0, 0]);
  });
});

describe("successors", () => {
  const chain: Row[] = [[0, 0, 1], [0, 1, 2], [0, 2, 3], [1, 0, 1], [1, 1, 2]]; // biome-ignore format: rows
  const plain = { window: 2, last: 2, decay: 0.5, shrinkage: 1, damping: 0 };

  it("weighs what followed by distance, and the user's last items by age", async () => {
    const scorer = await fit("successors", training(chain), plain);
    // User 1 ended with 1 and had 0 before it: 2 followed 1 once and 0 once, at distance 2.
    expect(scores(scorer, 1, 4)[2]).toBeCloseTo(1 / (2 + 1) + (0.5 * 0.5) / (2 + 1), 6);
    expect(scores(scorer, 1, 4)[3]).toBe(0);
  });

  it("looks no farther than its window", async () => {
    const scorer = await fit("successors", training(chain), { ...plain, window: 1, last: 1 });
    expect(scores(scorer, 1, 4)[2]).toBeCloseTo(1 / 3, 6);
  });
});

describe("content", () => {
  const described = (...tags: string[]): ItemDetails => ({ title: "", tags, event: undefined });
  const details = [
    described("war", "drama"),
    described("war"),
    described("comedy"),
    described("drama"),
    described(),
  ];

  it("prefers items described like the user's own, rare tags counting more", async () => {
    const scorer = await fit("content", training([[0, 0, 1], [1, 2, 1]], details)); // biome-ignore format: rows
    const [, war, comedy, , nothing] = scores(scorer, 0, 5);
    expect(war).toBeGreaterThan(0);
    expect(comedy).toBe(0);
    expect(nothing).toBe(0);
  });

  it("says so when items are not described", async () => {
    await expect(fit("content", training(twoCamps))).rejects.toThrow("does not describe its items");
  });
});

describe("ease", () => {
  it("leaves out what is not among the most popular items", async () => {
    const scorer = await fit("ease", training([...twoCamps, [3, 7, 60], [2, 7, 60]]), { items: 6 });
    expect(scores(scorer, 3, 8)[3]).toBe(0);
    expect(scores(scorer, 3, 8)[2]).toBeGreaterThan(0);
  });
});

describe("own-history", () => {
  const event = (organiser: string, region: string, town: string): ItemDetails => ({
    title: "",
    tags: [],
    event: { startMs: 0, organiser, region, town, country: "IE", location: undefined },
  });
  const details = [
    event("x", "Munster", "Cork"),
    event("x", "", ""),
    event("y", "Munster", "Cork"),
    event("", "", ""),
  ];

  it("counts each past event by the same organiser, in the same region and in the same town", async () => {
    const scorer = await fit("own-history", training([[0, 0, 1], [0, 1, 2]], details)); // biome-ignore format: rows
    expect(scores(scorer, 0, 4)).toEqual([2 + 1 + 1, 2, 1 + 1, 0]);
    scorer.observe!(0, 2, 3);
    expect(scores(scorer, 0, 4)).toEqual([2 + 2 + 2, 2, 1 + 2 + 2, 0]);
  });
});

describe("the parameters of algorithms", () => {
  it("are set and searched for where they can work", () => {
    for (const { parameters } of algorithms) {
      for (const { preset, from, to, most = Infinity } of Object.values(parameters)) {
        expect(Math.max(preset, to)).toBeLessThanOrEqual(most);
        expect(from).toBeLessThan(to);
      }
    }
  });
});
