import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@craic/runtime/log.js";
import { FakeS3 } from "../../../../../tests/fixtures/fake-s3.js";
import { backUp, NotCopied } from "./backup.js";
import { BackupFolder } from "./backup-folder.js";
import { findBackup } from "./restore.js";
import { S3Copies } from "./s3-copies.js";

const log = createLogger("silent", "test");
let s3: FakeS3;
let copies: S3Copies;
let path: string;
let backups: BackupFolder;

beforeEach(async () => {
  process.env.AWS_ACCESS_KEY_ID = "id";
  process.env.AWS_SECRET_ACCESS_KEY = "secret";
  s3 = await FakeS3.start("the-bucket");
  copies = new S3Copies(place());
  path = mkdtempSync(join(tmpdir(), "craic-backups-"));
  backups = new BackupFolder(path);
});
afterEach(async () => {
  copies.close();
  await s3.stop();
  rmSync(path, { recursive: true });
});

const place = () => ({
  bucket: s3.bucket,
  prefix: "craic/prod",
  endpoint: s3.endpoint,
  region: "eu-west-1",
});

async function make(day: number): Promise<string> {
  const name = BackupFolder.nameAt(new Date(Date.UTC(2026, 5, day)));
  await backups.create(name, async (folder) => {
    await writeFile(join(folder, "databases.sql.gz"), Buffer.alloc(200_000, day));
    await mkdir(join(folder, "models", "1.0.0"), { recursive: true });
    for (const file of ["manifest.json", "model.safetensors"]) {
      await writeFile(join(folder, "models", "1.0.0", file), file);
    }
  });
  return name;
}

/** Puts a backup into S3 and takes it away here. */
async function moveAway(day: number): Promise<string> {
  const name = await make(day);
  await copies.upload(backups.pathOf(name), name);
  rmSync(backups.pathOf(name), { recursive: true });
  return name;
}

describe("backUp with a bucket", () => {
  const dump = () => join(path, "databases.sql");
  const backUpOn = async (day: number) => {
    await writeFile(dump(), "-- Dump completed on a day\n");
    const places = { folder: path, modelDir: join(path, "no-models"), dynamo: undefined, s3: place() };
    return await backUp(places, dump(), 2, new Date(Date.UTC(2026, 5, day)), log);
  };

  it("copies what a night without S3 has left uncopied, and keeps as many there as here", async () => {
    s3.onPut = () => true;
    await expect(backUpOn(1)).rejects.toBeInstanceOf(NotCopied);
    const [first] = await backups.names();
    expect(first).toBeDefined();
    s3.onPut = () => false;
    const second = await backUpOn(2);
    expect(await copies.names()).toEqual([first, second]);
    const third = await backUpOn(3);
    expect(await backups.names()).toEqual([second, third]);
    expect(await copies.names()).toEqual([second, third]);
  }, 60_000);
});

describe("S3Copies", () => {
  it("brings back every byte of a backup that is only there", async () => {
    const name = await moveAway(1);
    expect(await findBackup({ folder: path, s3: place() }, "", log)).toBe(name);
    await backups.verify(name);
    expect(readdirSync(join(backups.pathOf(name), "models", "1.0.0"))).toEqual([
      "manifest.json",
      "model.safetensors",
    ]);
  });

  it("takes a copy for one only once all of it is there", async () => {
    const name = await make(1);
    s3.onPut = (key) => key.endsWith("model.safetensors");
    await expect(copies.upload(backups.pathOf(name), name)).rejects.toThrow();
    expect(s3.objects.size).toBeGreaterThan(0);
    expect(await copies.names()).toEqual([]);
  }, 60_000);

  it("sends a file again where the connection broke", async () => {
    const name = await make(1);
    let breaks = 2;
    s3.onPut = () => breaks-- > 0;
    await copies.upload(backups.pathOf(name), name);
    expect(await copies.names()).toEqual([name]);
  });

  it("refuses a copy that was damaged, and leaves nothing of it here", async () => {
    const name = await moveAway(1);
    s3.objects.set(`craic/prod/${name}/databases.sql.gz`, Buffer.from("x"));
    await expect(findBackup({ folder: path, s3: place() }, name, log)).rejects.toThrow(/SHA-256 differs/);
    expect(readdirSync(path)).toEqual([]);
  });

  it("keeps the newest copies, and nobody else's objects are touched", async () => {
    s3.objects.set("somebody/else", Buffer.from("x"));
    const names: string[] = [];
    for (const day of [1, 2, 3]) names.push(await moveAway(day));
    expect(await copies.keepNewest(2)).toEqual([names[0]]);
    expect(await copies.names()).toEqual(names.slice(1));
    expect([...s3.objects.keys()].filter((key) => key.includes(names[0]!))).toEqual([]);
    expect(s3.objects.has("somebody/else")).toBe(true);
  });
});
