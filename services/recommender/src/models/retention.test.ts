import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishModel } from "../../../../tests/fixtures/recommender-bed.js";
import { type ChannelRecord, switched } from "./channels.js";
import { ModelDirectory, UnusableModel } from "./model-directory.js";
import { removeOldVersions } from "./retention.js";

let folder: string;
let models: ModelDirectory;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-retention-"));
  models = new ModelDirectory(folder);
  for (const version of ["1.0.0", "1.0.1", "1.0.2"]) await publishModel(models, version);
});
afterEach(() => rmSync(folder, { recursive: true }));

const occasion = { time: "2026-06-20T18:00:00.000Z", cause: "operator", reason: "" } as const;
const controlBecomes = (version: string) => (record: ChannelRecord) =>
  switched(record, ["control"], version, occasion);

describe("removeOldVersions()", () => {
  it("keeps the newest versions, those in use and the one to roll back to", async () => {
    await publishModel(models, "1.0.3");
    await models.updateChannels(controlBecomes("1.0.0"));
    await models.updateChannels(controlBecomes("1.0.1"));
    expect(await removeOldVersions(models, 1)).toEqual(["1.0.2"]);
    expect(await models.versions()).toEqual(["1.0.0", "1.0.1", "1.0.3"]);
  });

  it("does not take a version away that is being published while it looks", async () => {
    const publishing = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const switching = models.channelsFile.update(controlBecomes("1.0.0"), undefined, () => {
      begun.resolve();
      return publishing.promise;
    });
    await begun.promise;
    const removing = removeOldVersions(models, 1);
    publishing.resolve();
    await switching;
    expect(await removing).toEqual(["1.0.1"]);
    expect(await models.versions()).toEqual(["1.0.0", "1.0.2"]);
  });
});

describe("a version that was taken away", () => {
  it("is not published by whoever found it a moment before", async () => {
    await models.updateChannels(controlBecomes("1.0.2"));
    await removeOldVersions(models, 1);
    const late = models.updateChannels(controlBecomes("1.0.0"));
    await expect(late).rejects.toThrow(UnusableModel);
    expect(await models.channels()).toEqual({ control: "1.0.2" });
  });

  it("does not keep another channel from being switched", async () => {
    await models.updateChannels(controlBecomes("1.0.1"));
    rmSync(join(folder, "1.0.1"), { recursive: true });
    await models.updateChannels((record) => switched(record, ["shadow"], "1.0.2", occasion));
    expect(await models.channels()).toEqual({ control: "1.0.1", shadow: "1.0.2" });
  });
});
