import { standardise } from "./blend.js";
import { dataFolder, removeDataFolders } from "./fixtures/data-folder.js";
import { plantedRatings } from "./fixtures/planted-taste.js";
import { run } from "./fixtures/terminal.js";

afterAll(removeDataFolders);

/** ndcg@10 by algorithm, from the table. */
async function ndcgOf(data: string, algorithms: readonly string[], settings: string) {
  const args = ["--data", data, "--algorithm", algorithms.join(","), "--set", settings, "--ranking", "full"];
  const { out } = await run(...args, "--k", "10", "--metric", "ndcg@10", "--bootstrap", "0");
  const column = (name: string) => new RegExp(`^${name} +(\\S+) +(\\S+)`, "m").exec(out)![2];
  return { ndcg: new Map(algorithms.map((name) => [name, Number(column(name))])), out };
}

describe("blend", () => {
  const data = dataFolder({
    "u.data": plantedRatings({ users: 700, items: 160, genres: 8, follow: 0.35, seed: 5 }),
  });
  const few =
    "successors.window=1,successors.last=1,blend.trending=0,blend.user-knn=0,blend.als=0,blend.ease=0";

  it("beats each of its parts where each sees something that the others do not", async () => {
    const parts = ["popularity", "item-knn", "successors"];
    const { ndcg, out } = await ndcgOf(data, [...parts, "blend"], few);
    for (const part of parts) expect(ndcg.get("blend")!).toBeGreaterThan(ndcg.get(part)! * 1.02);
    expect(out).toMatch(/blend learned: popularity [\d.]+ \+ [\d.]+ new, item-knn [\d.]+/);
    expect(out).not.toMatch(/blend learned: .*als/);
  });

  it("is no worse than the one part that knows anything", async () => {
    const { ndcg } = await ndcgOf(
      data,
      ["successors", "blend"],
      `${few},blend.item-knn=0,blend.popularity=0`,
    );
    expect(ndcg.get("blend")!).toBeCloseTo(ndcg.get("successors")!, 2);
  });

  it("says so when every part is left out", async () => {
    const all = `${few},blend.item-knn=0,blend.popularity=0,blend.successors=0`;
    const { code, error } = await run("--data", data, "--algorithm", "blend", "--set", all);
    expect(code).toBe(1);
    expect(error).toContain("blend: every part is left out");
  });
});

describe("standardise", () => {
  it("keeps the order, brings any scale to the same one, and draws in what is far out", () => {
    const scores = Float64Array.of(1, 2, 3, 4, 1_000);
    const larger = scores.map((score) => 7 * score - 3);
    standardise(scores);
    standardise(larger);
    expect([...scores]).toEqual([...scores].sort((a, b) => a - b));
    for (const [i, score] of scores.entries()) expect(larger[i]).toBeCloseTo(score, 12);
    expect(scores[4]).toBeCloseTo(Math.log1p(2), 2);
    expect(scores[0]).toBeLessThan(0);
  });

  it("has no opinion where all are equal, rounding or not", () => {
    const scores = new Float64Array(3).fill(0.1 + 0.2);
    standardise(scores);
    expect([...scores]).toEqual([0, 0, 0]);
  });
});
