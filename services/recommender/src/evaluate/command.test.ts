import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, removeDataFolders } from "./fixtures/data-folder.js";
import { plantedRatings } from "./fixtures/planted-taste.js";
import { run } from "./fixtures/terminal.js";

const attendance = join(__dirname, "fixtures/attendance");
const ratings = plantedRatings({ users: 120, items: 80, genres: 8, follow: 0.3, seed: 1 });

afterAll(removeDataFolders);

describe("npm run evaluate", () => {
  it("says how it is called, with every algorithm", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    for (const name of ["--data", "--search", "als", "event-choice", "blend", "factors=192"]) {
      expect(out).toContain(name);
    }
  });

  it("ends with 2 and names the option when it is called wrongly", async () => {
    const { code, error, out } = await run("--data", "x", "--negatives", "none");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain('--negatives is "none"');
  });

  it("says that a report cannot be written before it trains anything", async () => {
    const folder = dataFolder({ "u.data": ratings, taken: "" });
    const { code, error } = await run(
      "--data",
      folder,
      "--algorithm",
      "random",
      "--out",
      join(folder, "taken"),
    );
    expect(code).toBe(2);
    expect(error).toMatch(/--out: EEXIST: .*taken/);
    expect(error).not.toContain("training");
  });

  it.each(["/proc", "/proc/craic", "/proc/craic/report"])(
    "says at once that there can be no report in %s",
    async (out) => {
      const { code, error } = await run("--data", dataFolder({ "u.data": ratings }), "--out", out);
      expect(code).toBe(2);
      expect(error).toMatch(/^evaluate: --out: .*'\/proc/m);
      expect(error).not.toContain("training");
    },
  );

  it("makes the folders above the report's as well", async () => {
    const folder = dataFolder({ "u.data": ratings });
    const out = join(folder, "reports/2026/june");
    const { code } = await run("--data", folder, "--algorithm", "random", "--bootstrap", "0", "--out", out);
    expect(code).toBe(0);
    expect(readdirSync(out)).toEqual(["evaluation.html", "evaluation.json"]);
  });

  it("ends with 1 and names the file when the data cannot be read", async () => {
    const { code, error } = await run("--data", dataFolder({ "u.data": "1\ta\t1\t1\nrubbish\n" }));
    expect(code).toBe(1);
    expect(error).toContain("u.data:2:");
  });

  it("compares algorithms on ratings, among all items and among sampled ones", async () => {
    const data = dataFolder({ "u.data": ratings });
    const { code, out, error } = await run(
      "--data",
      data,
      "--algorithm",
      "random,item-knn",
      "--bootstrap",
      "200",
    );
    expect(code).toBe(0);
    expect(out).toContain("120 users, 80 items");
    expect(out).toMatch(/## 99 negatives: 120 questions/);
    expect(out).toMatch(/## all items: 120 questions/);
    expect(out).toMatch(/item-knn +0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]/);
    expect(out).toMatch(/activity +light \(3–19\) +120/);
    expect(error).toContain("item-knn: training on");
  });

  it("writes every figure, and a page with its plots that needs nothing else", async () => {
    const data = dataFolder({ "u.data": ratings });
    const folder = dataFolder({});
    const out = join(folder, "report");
    await run("--data", data, "--algorithm", "random,popularity", "--out", out, "--bootstrap", "50");
    const { trials, seeds } = JSON.parse(readFileSync(join(out, "evaluation.json"), "utf8"));
    expect(seeds).toEqual([1]);
    const { figures, questions } = trials[0].groups[0];
    expect(questions).toBe(120);
    const { mean, low, high } = figures.popularity["ndcg@10"];
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    const page = readFileSync(join(out, "evaluation.html"), "utf8");
    expect(page.match(/<svg [^>]*role="img"/g)).toHaveLength(4);
    expect(page).toContain("ndcg@10 (0 to 1); in brackets the number of questions");
    expect(page).not.toMatch(/<script|<link|src=|url\(/);
  });

  it("says no interval on the page where none was asked for", async () => {
    const folder = dataFolder({ "u.data": ratings });
    await run("--data", folder, "--algorithm", "random", "--out", folder, "--bootstrap", "0");
    const page = readFileSync(join(folder, "evaluation.html"), "utf8");
    expect(page).toMatch(/<title>0\.\d{4}<\/title>/);
    expect(page).not.toContain("NaN");
  });

  it("gives the same figures for the same seed, and other ones for another", async () => {
    const data = dataFolder({ "u.data": ratings });
    const table = async (seed: string) =>
      (await run("--data", data, "--algorithm", "random", "--seeds", seed, "--ranking", "full")).out;
    expect(await table("1")).toBe(await table("1"));
    const figures = (text: string) => text.match(/^random .*$/m)![0];
    expect(figures(await table("2"))).not.toBe(figures(await table("1")));
  });

  it("averages over seeds", async () => {
    const data = dataFolder({ "u.data": ratings });
    const mean = async (seeds: string) => {
      const args = ["--data", data, "--algorithm", "random", "--ranking", "full", "--bootstrap", "0"];
      const { out } = await run(...args, "--seeds", seeds, "--k", "10");
      return Number(/^random +(\S+)/m.exec(out)![1]);
    };
    const [one, two, both] = [await mean("1"), await mean("2"), await mean("1,2")];
    expect(both).toBeCloseTo((one + two) / 2, 3);
  });

  it("asks about real attendance: a person's habits find what they go to better than chance", async () => {
    const args = [
      "--data",
      attendance,
      "--min-history",
      "2",
      "--k",
      "3",
      "--algorithm",
      "random,event-choice",
    ];
    const { code, out } = await run(...args, "--metric", "hit@3", "--bootstrap", "0");
    expect(code).toBe(0);
    const hits = (name: string) => Number(new RegExp(`^${name}( +)(\\S+)`, "m").exec(out)![2]);
    expect(hits("event-choice")).toBeGreaterThan(hits("random"));
    expect(out).toMatch(/state +(NS|NL|PE|NB|MB), Canada/);
    expect(out).toContain("event-choice learned: own.organiser");
  });

  it.each([
    ["--algorithm popularity,content", "--algorithm content: this data does not describe its items"],
    ["--algorithm popularity,own-history", "--algorithm own-history: the items are not events"],
    ["--algorithm event-choice", "--algorithm event-choice: the items are not events"],
    ["--search event-choice", "--search event-choice: the items are not events"],
  ])("says that an algorithm does not suit the data before it trains any: %s", async (args, complaint) => {
    const { code, error } = await run("--data", dataFolder({ "u.data": ratings }), ...args.split(" "));
    expect(code).toBe(2);
    expect(error).toContain(complaint);
    expect(error).not.toContain("training");
  });

  it("says that there is nothing to ask before it trains anything", async () => {
    const { code, error } = await run("--data", dataFolder({ "u.data": ratings }), "--min-history", "1000");
    expect(code).toBe(1);
    expect(error).toContain("there is nothing to ask");
    expect(error).not.toContain("training");
  });
});
