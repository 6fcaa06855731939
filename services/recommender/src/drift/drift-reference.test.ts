import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driftReference, lists } from "../../../../tests/fixtures/random-lists.js";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { ModelDirectory } from "../models/model-directory.js";
import { termNames } from "../ranking/terms.js";
import { DriftSurvey, isOfThese, problemOf } from "./drift-reference.js";

describe("a drift reference", () => {
  it("has nothing to say where no list was seen", () => {
    const survey = new DriftSurvey();
    expect(survey.reference()).toBeUndefined();
    survey.add({ ...lists(1)(), picks: [] });
    expect(survey.reference()).toBeUndefined();
  });

  it("counts every number once", () => {
    const { counts } = driftReference();
    const whole = counts.reduce((sum, count) => sum + count, 0);
    expect(whole).toBe(300 * (20 * (termNames.length + 1) + 1));
  });

  it("is kept with the model", async () => {
    const folder = mkdtempSync(join(tmpdir(), "craic-models-"));
    const models = new ModelDirectory(folder);
    await publishModel(models, "1.0.0", { drift: driftReference() });
    await publishModel(models, "1.0.1");
    const [kept, none] = await Promise.all(["1.0.0", "1.0.1"].map((version) => models.load(version)));
    expect([kept!.ranking.drift, none!.ranking.drift]).toEqual([driftReference(), undefined]);
    rmSync(folder, { recursive: true });
  });

  it.each<[string, (sound: ReturnType<typeof driftReference>) => void, string]>([
    ["edges that go down", ({ edges }) => void edges.fill(-1, 1, 2), "do not ascend"],
    ["an edge that is no number", ({ edges }) => void edges.fill(Number.NaN, 0, 1), "do not ascend"],
    ["a negative count", ({ counts }) => void counts.fill(-1, 0, 1), "a count is not one"],
    ["an infinite count", ({ counts }) => void counts.fill(Infinity, 0, 1), "a count is not one"],
    ["a feature without counts", ({ counts }) => void counts.fill(0, 0, 17), "own.genre was never seen"],
  ])("is refused with %s", (_, spoil, problem) => {
    const sound = driftReference();
    expect(problemOf(sound)).toBeUndefined();
    spoil(sound);
    expect(problemOf(sound)).toContain(problem);
  });

  it("is known to be of other features", () => {
    const { edges, counts } = driftReference();
    const found = [
      { edges, counts },
      { edges: edges.subarray(1), counts },
      { edges, counts: counts.subarray(1) },
    ];
    expect(found.map(isOfThese)).toEqual([true, false, false]);
  });
});
