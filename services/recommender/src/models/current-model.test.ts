import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent, nowMs } from "../../../../tests/fixtures/recommendable-events.js";
import { audibleWeights, publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import type { LiveState } from "../ranking/live-state.js";
import { Ranker } from "../ranking/ranker.js";
import { daysToMs, defaultParameters } from "../ranking/ranking-model.js";
import type { Channel } from "./channels.js";
import { CurrentModel } from "./current-model.js";
import { ModelDirectory, UnusableModel } from "./model-directory.js";
import { digestOf } from "./model-manifest.js";

let folder: string;
let models: ModelDirectory;
let state: LiveState;
let current: CurrentModel;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "craic-models-"));
  models = new ModelDirectory(join(folder, "models"));
  ({ state } = new World([exampleEvent(1)]).act(1, "save", 1));
  const log = createLogger("silent", "recommender");
  current = new CurrentModel(state, models, () => new Date(nowMs), log);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe("CurrentModel", () => {
  it("ranks by popularity before there is any model", () => {
    const { version } = current.ranker.model;
    expect([version, current.manifest, current.loaded()]).toEqual(["popularity", undefined, []]);
  });

  it("prepares a version without letting it rank", async () => {
    const manifest = await publishModel(models, "1.0.0");
    const prepared = await current.prepare("1.0.0");
    expect(prepared).toMatchObject({ manifest, sha256: manifest.sha256["model.safetensors"] });
    expect(prepared.ranker.model).toMatchObject({ version: "1.0.0", weights: audibleWeights });
    expect(current.ranker.model.version).toBe("popularity");
  });

  it("ranks with a version before it may answer", async () => {
    await publishModel(models, "1.0.0");
    const ranked = jest.spyOn(Ranker.prototype, "forPerson");
    await current.prepare("1.0.0");
    const users = ranked.mock.calls.map(([person]) => person.user);
    expect(users).toEqual([-1, 0]);
  });

  it("does not take a version that gives scores that are no numbers", async () => {
    await publishModel(models, "1.0.0", { weights: audibleWeights.map(() => Number.MAX_VALUE) });
    await expect(current.prepare("1.0.0")).rejects.toThrow("Infinity");
  });

  it("lets channels rank with versions of their own, treatment with control's where it has none", async () => {
    for (const version of ["1.0.0", "1.1.0"]) await publishModel(models, version);
    current.put("control", await current.prepare("1.0.0"));
    expect(current.rankerFor("treatment").model.version).toBe("1.0.0");
    current.put("treatment", await current.prepare("1.1.0"));
    const versions = (["control", "treatment"] as const).map((each) => current.rankerFor(each).model.version);
    expect([versions, current.loadedIn("shadow")]).toEqual([["1.0.0", "1.1.0"], undefined]);
  });

  it("holds a version once, however many channels use it, and no longer than one does", async () => {
    for (const version of ["1.0.0", "1.1.0"]) await publishModel(models, version);
    for (const channel of ["control", "shadow"] as const)
      current.put(channel, await current.prepare("1.0.0"));
    expect([current.loaded().length, current.channelsOf("1.0.0")]).toEqual([1, ["control", "shadow"]]);
    await current.load("1.1.0");
    current.put("shadow", undefined);
    expect(current.loaded().map(({ manifest }) => manifest.version)).toEqual(["1.1.0"]);
  });

  it("does not load again what is in memory", async () => {
    await publishModel(models, "1.0.0");
    await current.load("1.0.0");
    const loaded = jest.spyOn(models, "load");
    expect(await current.prepare("1.0.0")).toBe(current.loadedIn("control"));
    expect(loaded).not.toHaveBeenCalled();
  });

  it("loads a version again whose number has come back with other bytes", async () => {
    await publishModel(models, "1.0.0");
    await current.load("1.0.0");
    await models.remove("1.0.0");
    const again = await publishModel(models, "1.0.0", { weights: audibleWeights.map((w) => 2 * w) });
    expect((await current.prepare("1.0.0", digestOf(again))).sha256).toBe(digestOf(again));
  });

  it("has no version any more that is in memory and was taken away", async () => {
    await publishModel(models, "1.0.0");
    await current.load("1.0.0");
    await models.remove("1.0.0");
    await expect(current.prepare("1.0.0")).rejects.toMatchObject({ reason: "MODEL_NOT_FOUND" });
  });

  it("keeps the crowds of all models in use, and no others", async () => {
    const parameters = { ...defaultParameters, popularityHalfLifeDays: 3 };
    await publishModel(models, "1.0.0");
    await publishModel(models, "1.1.0", { parameters });
    const kept = jest.spyOn(state, "keepCrowds");
    await current.load("1.0.0");
    current.put("shadow", await current.prepare("1.1.0"));
    expect(kept.mock.lastCall?.[0]).toEqual(new Set([daysToMs(14), daysToMs(3)]));
    await current.load("1.1.0");
    expect(kept.mock.lastCall?.[0]).toEqual(new Set([daysToMs(3)]));
  });

  it("tells who asked of every swap, and of nothing else", async () => {
    const swaps: Channel[] = [];
    current.onSwap((channel) => swaps.push(channel));
    await publishModel(models, "1.0.0");
    const model = await current.prepare("1.0.0");
    for (const channel of ["control", "control", "shadow"] as const) current.put(channel, model);
    expect(swaps).toEqual(["control", "shadow"]);
  });

  it("tells a version that is not there from one that cannot be used", async () => {
    await publishModel(models, "1.0.0");
    const file = join(models.path, "1.0.0", "model.safetensors");
    writeFileSync(file, readFileSync(file).subarray(1));
    await expect(current.prepare("1.0.0")).rejects.toThrow(UnusableModel);
    await expect(current.prepare("1.1.0")).rejects.toMatchObject({ reason: "MODEL_NOT_FOUND" });
  });

  it("refuses a version with another digest than was asked for, in memory or not", async () => {
    await publishModel(models, "1.0.0");
    const asked = "0".repeat(64);
    await expect(current.prepare("1.0.0", asked)).rejects.toMatchObject({ reason: "DIGEST_MISMATCH" });
    await current.load("1.0.0");
    await expect(current.prepare("1.0.0", asked)).rejects.toMatchObject({ reason: "DIGEST_MISMATCH" });
  });
});
