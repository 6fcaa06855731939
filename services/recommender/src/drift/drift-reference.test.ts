import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driftReference, lists } from "../../../../tests/fixtures/random-lists.js";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { ModelDirectory } from "../models/model-directory.js";
import { termNames } from "../ranking/terms.js";
import { DriftSurvey, problemOf } from "./drift-reference.js";

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

  it("is kept with the model, which ranks without one of other features than are watched now", async () => {
    const folder = mkdtempSync(join(tmpdir(), "craic-models-"));
    const models = new ModelDirectory(folder);
    const drift = driftReference();
    await publishModel(models, "1.0.0", { drift });
    await publishModel(models, "1.0.1", { drift: { ...drift, counts: drift.counts.fill(0, 0, 17) } });
    await publishModel(models, "1.0.2");
    const [kept, unfit, none] = await Promise.all(["1.0.0", "1.0.1", "1.0.2"].map((v) => models.load(v)));
    expect(kept!.ranking.drift).toEqual(driftReference());
    expect([unfit!.ranking.drift, none!.ranking.drift]).toEqual([undefined, undefined]);
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

  it("is refused when it is of other features", () => {
    const { edges, counts } = driftReference();
    expect(problemOf({ edges: edges.subarray(1), counts })).toMatch(/^there are \d+ edges$/);
    expect(problemOf({ edges, counts: counts.subarray(1) })).toMatch(/^there are \d+ counts$/);
  });
});
