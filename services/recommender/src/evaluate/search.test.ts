import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "./algorithm.js";
import { dataFolder, removeDataFolders } from "./fixtures/data-folder.js";
import { plantedRatings } from "./fixtures/planted-taste.js";
import { run } from "./fixtures/terminal.js";
import { parseOptions } from "./options.js";
import { readDataSet } from "./read-data-set.js";
import { searchSettings } from "./search.js";
import { searchTable } from "./search-report.js";

afterAll(removeDataFolders);

const folder = dataFolder({
  "u.data": plantedRatings({ users: 300, items: 160, genres: 8, follow: 0.5, seed: 2 }),
});
const data = readDataSet(folder, "auto", 0);

async function search(name: string, args: string, secondsPerLook = 0) {
  const options = parseOptions([
    "--data",
    "x",
    "--search",
    name,
    "--ranking",
    "sampled",
    ...args.split(" "),
  ])!;
  let nowMs = 0;
  const lines: string[] = [];
  const nowMsOf = () => {
    nowMs += secondsPerLook * 1_000;
    return nowMs;
  };
  const found = await searchSettings(await data, name, options, {
    progress: (line) => void lines.push(line),
    nowMs: nowMsOf,
  });
  return { found, lines };
}

describe("searchSettings", () => {
  it("finds settings that are better on the test, which it has not seen, than what it began with", async () => {
    // What comes next depends on the last item alone: a long memory is a bad beginning.
    const { found } = await search("successors", "--trials 12");
    const ndcg = async (settings: Settings) => {
      const set = Object.entries(settings).map(([name, value]) => `successors.${name}=${value}`);
      const args = ["--algorithm", "successors", "--ranking", "sampled", "--bootstrap", "0", "--k", "10"];
      const { out } = await run("--data", folder, ...args, "--set", set.join(","));
      return Number(/^successors +\S+ +(\S+)/m.exec(out)![1]);
    };
    expect(found.cutShort).toBe(false);
    expect(await ndcg(found.attempts[0]!.settings)).toBeGreaterThan((await ndcg({ last: 20 })) * 1.05);
  });

  it("tries as many settings as asked for, and asks the better ones more", async () => {
    const { found } = await search("popularity", "--trials 9");
    expect(found.attempts).toHaveLength(9);
    const asked = found.attempts.map(({ questions }) => questions);
    expect(asked.filter((count) => count === asked[0])).toHaveLength(1);
    expect(asked.filter((count) => count === Math.round(asked[0]! / 3))).toHaveLength(2);
    expect(asked.filter((count) => count === Math.round(asked[0]! / 9))).toHaveLength(6);
  });

  it("stops when the minutes are over, and says so", async () => {
    // The search looks at the clock once, and three times for each attempt, half a minute apart.
    const { found, lines } = await search("popularity", "--trials 50 --minutes 2.5", 30);
    expect(found.cutShort).toBe(true);
    expect(lines).toHaveLength(2);
    expect(searchTable(found)).toContain("Time ran out before all trials were done.");
  });

  it("leaves alone what is set, and what is no matter of taste", async () => {
    const { found } = await search("successors", "--trials 5 --set successors.window=3");
    for (const { settings } of found.attempts) expect(settings).toMatchObject({ window: 3, kept: 1_000 });
    expect(new Set(found.attempts.map(({ settings }) => settings.decay)).size).toBeGreaterThan(3);
  });

  it("prints the best as it is to be typed", async () => {
    const { found } = await search("popularity", "--trials 2");
    const { halfLifeDays } = found.attempts[0]!.settings;
    expect(searchTable(found)).toContain(`Best: --set popularity.halfLifeDays=${halfLifeDays}`);
  });

  it("writes every attempt, and a page with a plot for each parameter", async () => {
    const out = dataFolder({ "evaluation.json": "of another day" });
    const args = ["--data", folder, "--search", "successors", "--trials", "9", "--ranking", "sampled"];
    const { code, error } = await run(...args, "--set", "successors.window=3", "--out", out);
    expect(code).toBe(0);
    expect(error).toContain(`wrote ${join(out, "search.html")} and ${join(out, "search.json")}`);
    const search = JSON.parse(readFileSync(join(out, "search.json"), "utf8"));
    expect(search).toMatchObject({
      algorithm: "successors",
      metric: "ndcg@10",
      seed: 1,
      data: { users: 300 },
    });
    expect(search.searched).toEqual(["last", "decay", "shrinkage", "damping"]);
    expect(search.attempts).toHaveLength(9);
    expect(search.attempts[0]).toMatchObject({
      settings: { window: 3 },
      mean: expect.any(Number),
      questions: 300,
    });
    const page = readFileSync(join(out, "search.html"), "utf8");
    expect(page.match(/<svg [^>]*role="img"/g)).toHaveLength(4);
    expect(page.match(/<title>0\.\d{4}<\/title>/g)).toHaveLength(4 * 9);
    expect(page).toContain("Best: --set successors.window=3,");
    expect(page).not.toMatch(/<script|<link|src=|url\(|NaN/);
    expect(readFileSync(join(out, "evaluation.json"), "utf8")).toBe("of another day");
  });

  it("never asks about the test", async () => {
    const options = parseOptions(["--data", "x", "--search", "popularity"])!;
    const { userIds, interactions } = await data;
    // Were the test seen, changing it would change the search.
    const last = new Map<number, number>();
    for (let i = 0; i < interactions.count; i++) last.set(interactions.users[i]!, i);
    const items = interactions.items.slice();
    for (const place of last.values()) items[place] = (items[place]! + 7) % 160;
    expect(last.size).toBe(userIds.length);
    const console = { progress: () => {}, nowMs: () => 0 };
    const sampled = { ...options, trials: 3, ranking: "full" as const };
    const before = await searchSettings(await data, "popularity", sampled, console);
    const altered = { ...(await data), interactions: { ...interactions, items } };
    expect(await searchSettings(altered, "popularity", sampled, console)).toEqual(before);
  });

  it("refuses an algorithm that has nothing to search for", async () => {
    await expect(search("random", "--trials 2")).rejects.toThrow(
      "--search random: it has nothing to search for",
    );
  });
});
