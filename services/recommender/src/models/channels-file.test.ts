import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseFlushing } from "../../../../tests/fixtures/model-bed.js";
import { emptyRecord, type Occasion, switched } from "./channels.js";
import { ChannelsFile, UnreadableChannels, UnwritableChannels } from "./channels-file.js";
import { LockLost, withFileLock } from "./file-lock.js";

let folder: string;
let directory: string;
let file: ChannelsFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "craic-channels-"));
  directory = join(folder, "models");
  file = new ChannelsFile(directory);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const occasion: Occasion = { time: "2026-06-20T18:00:00.000Z", cause: "operator", reason: "" };
const use = (version: string, of = file, afterStep?: (step: string) => void) =>
  of.update((record) => switched(record, ["control"], version, occasion), afterStep);
const path = () => join(directory, "channels.json");

describe("ChannelsFile", () => {
  it("has nothing to say where there is no file", async () => {
    expect([await file.read(), await file.fingerprint()]).toEqual([undefined, ""]);
  });

  it("reads back what was written, and leaves nothing else behind", async () => {
    const written = await use("1.0.0");
    expect(await file.read()).toEqual(written);
    expect(readdirSync(directory)).toEqual(["channels.json"]);
  });

  it("tells by its fingerprint that it was replaced", async () => {
    await use("1.0.0");
    const before = await file.fingerprint();
    expect(await file.fingerprint()).toBe(before);
    await use("1.1.0");
    expect(await file.fingerprint()).not.toBe(before);
  });

  it("is not written when nothing changes", async () => {
    await use("1.0.0");
    const before = await file.fingerprint();
    await file.update((record) => record);
    expect(await file.fingerprint()).toBe(before);
  });

  it("loses nothing of what many write at the same time", async () => {
    const versions = Array.from({ length: 12 }, (_, minor) => `1.${minor}.0`);
    await Promise.all(versions.map((version) => use(version, new ChannelsFile(directory))));
    const { published, former, journal } = (await file.read()) ?? emptyRecord;
    expect([published.control, ...(former.control ?? [])].toSorted()).toEqual(versions.toSorted());
    expect(journal).toHaveLength(12);
    expect(journal.slice(1).map(({ from }) => from)).toEqual(journal.slice(0, -1).map(({ to }) => to));
  });

  it.each(["", '{"control": "1.', "\0\0\0\0", '{"control": 7}'])(
    "says that it cannot be read, and leaves it alone, when it holds %j",
    async (content) => {
      await use("1.0.0");
      writeFileSync(path(), content);
      await expect(file.read()).rejects.toThrow(UnreadableChannels);
      await expect(use("1.1.0")).rejects.toThrow(UnreadableChannels);
      expect(readFileSync(path(), "utf8")).toBe(content);
    },
  );

  it.each(["ENOSPC", "EIO"])(
    "stays what it is, and leaves nothing behind, when writing ends in %s",
    async (code) => {
      await use("1.0.0");
      const before = readFileSync(path(), "utf8");
      const open = fs.promises.open;
      jest.spyOn(fs.promises, "open").mockImplementation(async (...args) => {
        const handle = await open(...args);
        if (args[1] === "wx") {
          handle.writeFile = async () => {
            throw Object.assign(new Error(`${code}: no such luck`), { code });
          };
        }
        return handle;
      });
      const writing = use("1.1.0");
      await expect(writing).rejects.toThrow(UnwritableChannels);
      await expect(writing).rejects.toMatchObject({ isFull: code === "ENOSPC" });
      expect(readFileSync(path(), "utf8")).toBe(before);
      expect(readdirSync(directory)).toEqual(["channels.json"]);
    },
  );

  it("is what was written once it has its name, though its directory cannot be flushed", async () => {
    await use("1.0.0");
    refuseFlushing(directory);
    const written = await use("1.1.0");
    expect([written.published.control, await file.read()]).toEqual(["1.1.0", written]);
  });

  it("is what was written though the lock cannot be let go", async () => {
    await use("1.0.0");
    const { rm } = fs.promises;
    jest.spyOn(fs.promises, "rm").mockImplementation(async (path, ...rest) => {
      if (String(path).endsWith(".lock"))
        throw Object.assign(new Error("EIO: no such luck"), { code: "EIO" });
      return rm(path, ...rest);
    });
    expect((await use("1.1.0")).published).toEqual({ control: "1.1.0" });
  });

  it("passes on what the change itself throws, and changes nothing", async () => {
    await use("1.0.0");
    const before = await file.fingerprint();
    const refusal = new Error("somebody was faster");
    const changing = file.update(() => {
      throw refusal;
    });
    await expect(changing).rejects.toBe(refusal);
    expect(await file.fingerprint()).toBe(before);
  });
});

describe("withFileLock()", () => {
  const impatient = { lookEveryMs: 1, mostLooks: 5 };
  const lock = () => join(folder, "lock");

  it("lets one in at a time", async () => {
    let inside = 0;
    let most = 0;
    const visit = () =>
      withFileLock(lock(), async (stillHeld) => {
        most = Math.max(most, ++inside);
        await stillHeld();
        inside--;
      });
    await Promise.all(Array.from({ length: 8 }, visit));
    expect([most, readdirSync(folder)]).toEqual([1, []]);
  });

  it("is let go when what was done under it fails", async () => {
    const failing = withFileLock(lock(), () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await withFileLock(lock(), async () => "yes")).toBe("yes");
  });

  it("is taken from a holder that was killed", async () => {
    writeFileSync(lock(), "somebody who is no more");
    expect(await withFileLock(lock(), async () => "mine", impatient)).toBe("mine");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is not taken while it goes from one holder to the next", async () => {
    writeFileSync(lock(), "the first of many");
    const taken = jest.spyOn(fs.promises, "rename");
    const { readFile } = fs.promises;
    let looks = 0;
    jest.spyOn(fs.promises, "readFile").mockImplementation(async (...args) => {
      if (++looks < 20) return `holder ${looks}`;
      if (looks === 20) rmSync(lock());
      return readFile(...args);
    });
    expect(await withFileLock(lock(), async () => "mine", impatient)).toBe("mine");
    expect(taken).not.toHaveBeenCalled();
  });

  it("tells a holder that was too slow, and leaves the lock to whoever has it now", async () => {
    let taken: Promise<string> | undefined;
    let letGo = () => {};
    const slow = withFileLock(lock(), async (stillHeld) => {
      await new Promise<void>((entered) => {
        taken = withFileLock(
          lock(),
          async () => {
            entered();
            await new Promise<void>((resolve) => {
              letGo = resolve;
            });
            return "mine";
          },
          impatient,
        );
      });
      await stillHeld();
    });
    await expect(slow).rejects.toThrow(LockLost);
    expect(readdirSync(folder)).toContain("lock");
    letGo();
    expect(await taken).toBe("mine");
  });
});
