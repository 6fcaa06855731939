import fs, { readdirSync } from "node:fs";
import { refuseFlushing } from "../../../../tests/fixtures/model-bed.js";
import { published, smallTown, TrainerBed } from "../../../../tests/fixtures/trainer-bed.js";
import { NotPublished } from "./publish-model.js";

let bed: TrainerBed;

beforeAll(async () => {
  bed = await TrainerBed.open();
  await bed.live(smallTown);
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => bed.close());

/** Lets the disk be full for new files that `fills` picks, in the order in which they are opened, from 0. */
function fillDisk(code: string, fills: (file: number) => boolean): void {
  const open = fs.promises.open;
  let file = 0;
  jest.spyOn(fs.promises, "open").mockImplementation(async (...args) => {
    const handle = await open(...args);
    if (args[1] !== "wx" || !fills(file++)) return handle;
    // A disk seldom fills up at a file's beginning.
    const { writeFile } = handle;
    handle.writeFile = async (content) => {
      await writeFile.call(handle, String(content).slice(0, 100));
      throw Object.assign(new Error(`${code}: no such luck, write`), { code });
    };
    return handle;
  });
}

describe("a disk that is full", () => {
  // In order: the word of who trains, the model, its manifest, the lock of channels.json, channels.json.
  it.each([
    ["before training", (file: number) => file >= 0],
    ["at the model", (file: number) => file >= 1],
    ["at the manifest", (file: number) => file >= 2],
    ["at the lock of channels.json", (file: number) => file >= 3],
    ["at channels.json", (file: number) => file >= 4],
  ])("is told of, leaves nothing behind, and lets control go on: %s", async (_, fills) => {
    const models = bed.modelsIn(`full ${_}`);
    published(await bed.train({ models }));
    const before = readdirSync(models.path);
    const channels = await models.channels();
    fillDisk("ENOSPC", fills);
    const training = bed.train({ models, force: true });
    await expect(training).rejects.toThrow(NotPublished);
    await expect(training).rejects.toThrow(
      `model 1.0.1 was not published: no space is left for it at ${models.path} (ENOSPC)`,
    );
    jest.restoreAllMocks();
    expect(readdirSync(models.path)).toEqual(before);
    expect(await models.channels()).toEqual(channels);
    expect(published(await bed.train({ models, force: true })).version).toBe("1.0.1");
  });

  it("does not take away a model that serves where it fills up, or breaks, after channels.json has its name", async () => {
    const models = bed.modelsIn("flushing");
    published(await bed.train({ models }));
    const afterStep = (step: string) => {
      if (step === "channels written") refuseFlushing(models.path);
    };
    const { version } = published(await bed.train({ models, force: true, afterStep }));
    await expect(models.load(version)).resolves.toBeDefined();
    expect(await models.channels()).toEqual({ control: version });
  });

  it("is told apart from a quota that is used up, and from other ills", async () => {
    for (const [code, told] of [
      ["EDQUOT", "the quota at"],
      ["EIO", "EIO: no such luck"],
    ] as const) {
      const models = bed.modelsIn(code);
      fillDisk(code, (file) => file >= 1);
      await expect(bed.train({ models })).rejects.toThrow(`model 1.0.0 was not published: ${told}`);
      jest.restoreAllMocks();
    }
  });
});
