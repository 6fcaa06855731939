import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { World } from "../../../tests/fixtures/live-world.js";
import { exampleEvent, nowMs } from "../../../tests/fixtures/recommendable-events.js";
import { audibleWeights, publishModel } from "../../../tests/fixtures/recommender-bed.js";
import { CurrentModel } from "./current-model.js";
import { ModelDirectory, UnusableModel } from "./model-directory.js";

let folder: string;
let models: ModelDirectory;
let logged: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "craic-models-"));
  models = new ModelDirectory(join(folder, "models"));
  logged = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function newCurrent(): CurrentModel {
  const { state } = new World([exampleEvent(1)]).act(1, "save", 1);
  const log = createLogger("silent", "recommender");
  log.error = (_: unknown, sentence?: string) => {
    logged.push(String(sentence));
  };
  return new CurrentModel(state, models, () => new Date(nowMs), log);
}

function corrupt(version: string): void {
  const file = join(models.path, version, "model.safetensors");
  writeFileSync(file, readFileSync(file).subarray(1));
}

describe("CurrentModel", () => {
  it("ranks by popularity before there is any model", async () => {
    const current = newCurrent();
    expect(await current.loadControl()).toBeUndefined();
    expect([current.ranker.model.version, current.manifest, logged]).toEqual(["popularity", undefined, []]);
  });

  it("loads what is control, not what is newest", async () => {
    for (const version of ["1.0.0", "1.1.0"]) await publishModel(models, version);
    await models.setChannel("control", "1.0.0");
    const current = newCurrent();
    expect(await current.loadControl()).toBe("1.0.0");
    expect(current.ranker.model).toMatchObject({ version: "1.0.0", weights: audibleWeights });
    await models.setChannel("control", "1.1.0");
    expect(await current.loadControl()).toBe("1.1.0");
  });

  it("falls back on the newest usable model before a control that is not, and logs why", async () => {
    for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]) await publishModel(models, version);
    await models.setChannel("control", "1.2.0");
    corrupt("1.2.0");
    corrupt("1.1.0");
    expect(await newCurrent().loadControl()).toBe("1.0.0");
    expect(logged).toHaveLength(2);
  });

  it("ranks by popularity when no model can be used, and logs why", async () => {
    await publishModel(models, "1.0.0");
    await models.setChannel("control", "1.0.0");
    corrupt("1.0.0");
    const current = newCurrent();
    expect(await current.loadControl()).toBeUndefined();
    expect(current.ranker.model.version).toBe("popularity");
    expect(logged).toHaveLength(1);
  });

  it("goes on with the model it has when another cannot be loaded", async () => {
    for (const version of ["1.0.0", "1.1.0"]) await publishModel(models, version);
    await models.setChannel("control", "1.0.0");
    const current = newCurrent();
    await current.loadControl();
    const { ranker } = current;
    corrupt("1.1.0");
    await expect(current.load("1.1.0")).rejects.toThrow(UnusableModel);
    expect(current.ranker).toBe(ranker);
  });

  it("leaves the model alone that is loaded already", async () => {
    await publishModel(models, "1.0.0");
    await models.setChannel("control", "1.0.0");
    const current = newCurrent();
    await current.loadControl();
    const { ranker } = current;
    await current.loadControl();
    expect(current.ranker).toBe(ranker);
  });

  it("goes on with what it has, and logs why, when channels.json is not readable", async () => {
    await publishModel(models, "1.0.0");
    await models.setChannel("control", "1.0.0");
    const current = newCurrent();
    await current.loadControl();
    writeFileSync(join(models.path, "channels.json"), '{"control": "1.');
    expect(await current.loadControl()).toBe("1.0.0");
    expect(logged).toEqual(["the model directory cannot be read"]);
  });
});
