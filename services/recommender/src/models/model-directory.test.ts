import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseFlushing } from "../../../../tests/fixtures/model-bed.js";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { termNames } from "../ranking/terms.js";
import { ModelDirectory, UnusableModel } from "./model-directory.js";
import { encodeModel } from "./model-file.js";

let folder: string;
let models: ModelDirectory;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "craic-models-"));
  models = new ModelDirectory(join(folder, "models"));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const weights = Float64Array.from(termNames, (_, term) => term / 8);
const rarities = new Map([
  ["genre:techno", 0.25],
  ["organiser:Señor Coconut", 1],
]);
const path = (version: string, file: string) => join(models.path, version, file);

/** Publishes as a process does that is killed after a step: nothing of it runs any further. */
async function publishKilledAfter(step: string, version: string): Promise<void> {
  const whole = await publishModel(new ModelDirectory(join(folder, "elsewhere")), version, {
    weights,
    rarities,
  });
  const { sha256, ...manifest } = whole;
  const killed = new Error("killed");
  const kill = (taken: string) => {
    if (taken === step) throw killed;
  };
  const { file } = encodeModel({ weights, rarities });
  const publishing = models
    .publish(manifest, file, kill)
    .then(() => models.setChannel("control", version, { afterStep: kill }));
  await expect(publishing).rejects.toBe(killed);
}

describe("ModelDirectory", () => {
  it("gives back the model that was published", async () => {
    const manifest = await publishModel(models, "1.0.0", { weights, rarities });
    const model = await models.load("1.0.0");
    expect(model.manifest).toEqual(manifest);
    expect(model.ranking).toMatchObject({ version: "1.0.0", weights });
    expect(new Map(model.ranking.rarities)).toEqual(rarities);
    expect(model.ranking.parameters.neighbours).toBe(manifest.parameters.neighbours);
  });

  it("has nothing before anything was published", async () => {
    expect([await models.versions(), await models.channels()]).toEqual([[], {}]);
  });

  it("lists versions by their numbers, and nothing else", async () => {
    for (const version of ["1.10.0", "1.9.0", "0.30.2"]) await publishModel(models, version);
    mkdirSync(join(models.path, "latest"));
    expect(await models.versions()).toEqual(["0.30.2", "1.9.0", "1.10.0"]);
  });

  it("does not publish a version twice: what was published stays what it is", async () => {
    await publishModel(models, "1.0.0", { weights });
    await expect(publishModel(models, "1.0.0", { weights: weights.map((w) => 2 * w) })).rejects.toThrow();
    expect((await models.load("1.0.0")).ranking.weights).toEqual(weights);
  });

  it("sets one channel and leaves the others", async () => {
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) await publishModel(models, version);
    await models.setChannel("control", "1.0.0");
    await models.setChannel("treatment", "1.1.0");
    await models.setChannel("control", "1.2.0");
    expect(await models.channels()).toEqual({ control: "1.2.0", treatment: "1.1.0" });
  });

  it("tells of a version without reading its numbers", async () => {
    const published = await publishModel(models, "1.0.0");
    rmSync(path("1.0.0", "model.safetensors"));
    expect(await models.manifest("1.0.0")).toEqual(published);
    await expect(models.manifest("1.1.0")).rejects.toThrow(UnusableModel);
    await expect(models.manifest("../models/1.0.0")).rejects.toThrow("not a version");
  });

  it("takes a version away whole, and no other", async () => {
    for (const version of ["1.0.0", "1.1.0"]) await publishModel(models, version);
    await models.remove("1.0.0");
    expect(readdirSync(models.path)).toEqual(["1.1.0"]);
    await expect(models.remove("..")).rejects.toThrow("not a version");
  });

  it("leaves nothing behind of a model that cannot be published", async () => {
    await publishModel(models, "1.0.0");
    await expect(publishModel(models, "1.0.0")).rejects.toThrow("ENOTEMPTY");
    expect(readdirSync(models.path)).toEqual(["1.0.0"]);
  });

  it("leaves nothing of a model whose name cannot be brought to disk", async () => {
    await publishModel(models, "1.0.0");
    refuseFlushing(models.path);
    await expect(publishModel(models, "1.1.0")).rejects.toThrow("EIO");
    expect(readdirSync(models.path)).toEqual(["1.0.0"]);
  });

  it.each(["directory made", "model written", "manifest written"])(
    "shows nothing of a model whose trainer is killed after: %s",
    async (step) => {
      await publishModel(models, "1.0.0");
      await models.setChannel("control", "1.0.0");
      await publishKilledAfter(step, "1.1.0");
      expect(await models.versions()).toEqual(["1.0.0"]);
      expect(await models.channels()).toEqual({ control: "1.0.0" });
      await expect(models.load("1.1.0")).rejects.toThrow(UnusableModel);
      await publishModel(models, "1.1.0"); // the next trainer is not in its way
      expect((await models.load("1.1.0")).manifest.version).toBe("1.1.0");
    },
  );

  it.each(["renamed", "channels written"])(
    "shows a whole model that nobody uses yet when its trainer is killed after: %s",
    async (step) => {
      await publishModel(models, "1.0.0");
      await models.setChannel("control", "1.0.0");
      await publishKilledAfter(step, "1.1.0");
      expect((await models.load("1.1.0")).ranking.weights).toEqual(weights);
      expect(await models.channels()).toEqual({ control: "1.0.0" });
    },
  );

  it("uses the model when its trainer is killed after: channels renamed", async () => {
    await publishKilledAfter("channels renamed", "1.0.0");
    expect(await models.channels()).toEqual({ control: "1.0.0" });
    expect((await models.load("1.0.0")).ranking.weights).toEqual(weights);
  });

  it("removes what killed trainers left, once it is old", async () => {
    await publishModel(models, "1.0.0");
    const [old, young] = [".unfinished-a", ".unfinished-b"];
    for (const name of [old, young]) {
      mkdirSync(join(models.path, name));
      writeFileSync(join(models.path, name, "model.safetensors"), "half a mod");
    }
    const now = new Date();
    const hourAgo = new Date(now.getTime() - 3_700_000);
    utimesSync(join(models.path, old), hourAgo, hourAgo);
    await models.removeUnfinished(now);
    expect(readdirSync(models.path).toSorted()).toEqual([young, "1.0.0"]);
  });

  it("has nothing to remove where there is nothing", async () => {
    await models.removeUnfinished(new Date());
    expect(existsSync(models.path)).toBe(false);
  });

  it.each<[string, () => void]>([
    [
      "a model file that was cut short",
      () => {
        const file = path("1.0.0", "model.safetensors");
        writeFileSync(file, readFileSync(file).subarray(0, -1));
      },
    ],
    [
      "a bit of the model file that was flipped",
      () => {
        const file = path("1.0.0", "model.safetensors");
        const bytes = readFileSync(file);
        bytes[bytes.length - 20]! ^= 1;
        writeFileSync(file, bytes);
      },
    ],
    ["no model file", () => rmSync(path("1.0.0", "model.safetensors"))],
    ["no manifest", () => rmSync(path("1.0.0", "manifest.json"))],
    [
      "a manifest that was cut short",
      () => {
        const file = path("1.0.0", "manifest.json");
        writeFileSync(file, readFileSync(file, "utf8").slice(0, 100));
      },
    ],
  ])("does not load a model with %s", async (_, damage) => {
    await publishModel(models, "1.0.0", { weights, rarities });
    damage();
    await expect(models.load("1.0.0")).rejects.toThrow(UnusableModel);
  });

  it.each<[string, (manifest: Record<string, unknown>) => void, string]>([
    ["another version", (manifest) => Object.assign(manifest, { version: "1.0.1" }), "that of 1.0.1"],
    [
      "another shape",
      (manifest) => Object.assign(manifest.shapes as object, { "blend.weights": [3] }),
      "shape",
    ],
    [
      "another digest",
      (manifest) => Object.assign(manifest, { sha256: { "model.safetensors": "0".repeat(64) } }),
      "digest",
    ],
    [
      "a digest that is none",
      (manifest) => Object.assign(manifest, { sha256: { "model.safetensors": "0" } }),
      "sha256",
    ],
    [
      "no parameter that ranking needs",
      (manifest) => delete (manifest.parameters as { priorLikes?: number }).priorLikes,
      "priorLikes",
    ],
    [
      "a metric that is no number",
      (manifest) => Object.assign(manifest, { metrics: { "ndcg@10": "good" } }),
      "metrics",
    ],
    ["no date", (manifest) => delete manifest.createTime, "createTime"],
  ])("does not load a model whose manifest tells of %s", async (_, lie, told) => {
    await publishModel(models, "1.0.0", { weights, rarities });
    const file = path("1.0.0", "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    lie(manifest);
    writeFileSync(file, JSON.stringify(manifest));
    await expect(models.load("1.0.0")).rejects.toThrow(told);
  });

  it.each([
    ["not a number", Number.NaN],
    ["below zero", -1],
    ["without end", Number.POSITIVE_INFINITY],
  ])("does not load a model with a weight that is %s, however right its digest", async (_, weight) => {
    await publishModel(models, "1.0.0", { weights: weights.with(3, weight) });
    await expect(models.load("1.0.0")).rejects.toThrow("not all numbers");
  });

  it("does not load a layout of the file that it does not know, nor anything that is no version", async () => {
    await publishModel(models, "2.0.0");
    await expect(models.load("2.0.0")).rejects.toThrow("layout");
    await expect(models.load("../models/2.0.0")).rejects.toThrow("not a version");
  });
});
