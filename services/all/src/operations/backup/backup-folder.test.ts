import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { BackupFolder } from "./backup-folder.js";
import { findBackup } from "./restore.js";

const log = createLogger("silent", "test");
let path: string;
let backups: BackupFolder;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "craic-backups-"));
  backups = new BackupFolder(path);
});
afterEach(() => rmSync(path, { recursive: true }));

const nameOf = (day: number) => BackupFolder.nameAt(new Date(Date.UTC(2026, 5, day, 2)));

async function make(day: number): Promise<string> {
  const name = nameOf(day);
  await backups.create(name, async (folder) => {
    await writeFile(join(folder, "databases.sql.gz"), `day ${day}`);
    await mkdir(join(folder, "models"));
    await writeFile(join(folder, "models", "channels.json"), "{}");
  });
  return name;
}

const damages: [what: string, damage: (folder: string) => void, sentence: RegExp][] = [
  [
    "a byte that differs",
    (folder) => writeFileSync(join(folder, "databases.sql.gz"), "dAy 20"),
    /SHA-256 differs/,
  ],
  [
    "a file that is shorter",
    (folder) => truncateSync(join(folder, "databases.sql.gz"), 3),
    /SHA-256 differs/,
  ],
  [
    "a file that is missing",
    (folder) => rmSync(join(folder, "models", "channels.json")),
    /channels.json is missing/,
  ],
  [
    "a file too many",
    (folder) => writeFileSync(join(folder, "models", "x"), ""),
    /models\/x does not belong/,
  ],
  ["no list of digests", (folder) => rmSync(join(folder, "SHA256SUMS")), /has no SHA256SUMS/],
  ["an empty list", (folder) => truncateSync(join(folder, "SHA256SUMS"), 0), /not a list of digests/],
  [
    "a list with something else in it",
    (folder) => appendFileSync(join(folder, "SHA256SUMS"), "x\n"),
    /not a list/,
  ],
];

describe("BackupFolder", () => {
  it("writes digests that sha256sum agrees with", async () => {
    const name = await make(20);
    await backups.verify(name);
    const told = execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], {
      cwd: backups.pathOf(name),
      encoding: "utf8",
    });
    expect(told.trim().split("\n").sort()).toEqual(["databases.sql.gz: OK", "models/channels.json: OK"]);
  });

  it.each(damages)("finds %s", async (_, damage, sentence) => {
    const name = await make(20);
    damage(backups.pathOf(name));
    await expect(backups.verify(name)).rejects.toThrow(sentence);
  });

  it("shows nothing of a backup that fails in the middle", async () => {
    const failing = backups.create(nameOf(20), async (folder) => {
      await writeFile(join(folder, "databases.sql.gz"), "half");
      throw new Error("the disk is full");
    });
    await expect(failing).rejects.toThrow("the disk is full");
    expect(readdirSync(path)).toEqual([]);
  });

  it("does not see what a killed backup has left, and takes it away after a day", async () => {
    const name = await make(20);
    const left = join(path, ".unfinished-of-a-killed-one");
    await mkdir(left);
    const now = new Date("2026-06-20T12:00:00Z");
    const setAge = (hours: number) => {
      const time = new Date(now.getTime() - hours * 3_600_000);
      utimesSync(left, time, time);
    };
    setAge(23);
    await backups.keepNewest(7, now);
    expect(readdirSync(path).sort()).toEqual([".unfinished-of-a-killed-one", name]);
    setAge(25);
    await backups.keepNewest(7, now);
    expect(readdirSync(path)).toEqual([name]);
  });

  it("keeps the newest, and nothing that is no backup is touched", async () => {
    for (const day of [3, 1, 4, 2]) await make(day);
    await mkdir(join(path, "lost+found"));
    expect(await backups.keepNewest(2, new Date())).toEqual([nameOf(1), nameOf(2)]);
    expect(readdirSync(path).sort()).toEqual([nameOf(3), nameOf(4), "lost+found"]);
  });
});

describe("findBackup", () => {
  const find = (wanted: string) => findBackup({ folder: path, s3: undefined }, wanted, log);

  it("takes the newest that is whole", async () => {
    await make(1);
    const whole = await make(2);
    const damaged = await make(3);
    writeFileSync(join(backups.pathOf(damaged), "databases.sql.gz"), "x");
    expect(await find("")).toBe(whole);
  });

  it("refuses the one that was asked for where it is damaged", async () => {
    await make(1);
    const damaged = await make(2);
    writeFileSync(join(backups.pathOf(damaged), "databases.sql.gz"), "x");
    await expect(find(damaged)).rejects.toThrow(
      `backup ${damaged} is damaged: databases.sql.gz is not what was written: its SHA-256 differs`,
    );
  });

  it("says what there is where the one that was asked for is not", async () => {
    const name = await make(1);
    await expect(find("craic-20260101T000000Z")).rejects.toThrow(`there are: ${name}`);
  });

  it("says that there is none", async () => {
    await expect(find("")).rejects.toThrow("there is no backup that is whole");
  });
});
