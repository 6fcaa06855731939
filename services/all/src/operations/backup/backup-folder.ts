import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A backup that is not there in full, or whose bytes are not those that were written. */
export class DamagedBackup extends Error {
  constructor(name: string, problem: string) {
    super(`backup ${name} is damaged: ${problem}`);
    this.name = "DamagedBackup";
  }
}

/** Digests of all files of a backup, in the form that `sha256sum -c` reads; written last. */
export const CHECKSUMS = "SHA256SUMS";
/** craic-20260620T020000Z: their order is that of time. */
const NAME = /^craic-\d{8}T\d{6}Z$/;
const CHECKSUM_LINE = /^[0-9a-f]{64} {2}\S/;
const UNFINISHED = ".unfinished-";
/** Longer than a backup may take. */
const ABANDONED_MS = 24 * 60 * 60_000;

/** Backups on a volume: a folder each, never changed once it has its name. */
export class BackupFolder {
  constructor(readonly path: string) {}

  static nameAt(now: Date): string {
    return `craic-${now.toISOString().replace(/[-:]|\.\d+/g, "")}`;
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  /** The oldest first. */
  async names(): Promise<string[]> {
    const entries = await readdir(this.path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && isBackupName(entry.name))
      .map(({ name }) => name)
      .sort();
  }

  /**
   * Makes a backup that appears whole or not at all.
   *
   * @param fill writes its files into a folder
   */
  create(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
    return this.put(name, async (folder) => {
      await fill(folder);
      await writeChecksums(folder);
    });
  }

  /** Takes over a backup that is kept elsewhere, its list of digests included. Throws DamagedBackup. */
  fetch(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
    return this.put(name, async (folder) => {
      await fill(folder);
      await verifyFolder(folder, name);
    });
  }

  private async put(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
    const aside = join(this.path, `${UNFINISHED}${randomUUID()}`);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    try {
      await fill(aside);
      await flushAll(aside);
      await rename(aside, this.pathOf(name));
    } catch (error) {
      await rm(aside, { recursive: true, force: true });
      throw error;
    }
    await flush(this.path);
    return this.pathOf(name);
  }

  /** Throws DamagedBackup where a file is missing, is more than was written, or differs by a bit. */
  verify(name: string): Promise<void> {
    return verifyFolder(this.pathOf(name), name);
  }

  /** Takes away all but the newest, and what backups that were killed have left. Returns the names of the former. */
  async keepNewest(count: number, now: Date): Promise<string[]> {
    for (const name of await readdir(this.path)) {
      const path = join(this.path, name);
      if (!name.startsWith(UNFINISHED)) continue;
      if ((await stat(path)).mtimeMs < now.getTime() - ABANDONED_MS)
        await rm(path, { recursive: true, force: true });
    }
    const old = (await this.names()).slice(0, -count);
    for (const name of old) {
      // It loses its name before its files, so that what has a name is whole.
      const aside = join(this.path, `${UNFINISHED}${randomUUID()}`);
      await rename(this.pathOf(name), aside);
      await rm(aside, { recursive: true, force: true });
    }
    return old;
  }
}

export function isBackupName(name: string): boolean {
  return NAME.test(name);
}

/** Paths of all files, with slashes, from the folder on; in order. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Writes a stream to a new file, in folders that are made. */
export async function writeStream(content: Readable, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await pipeline(content, createWriteStream(file, { flags: "wx", mode: 0o600 }));
}

async function verifyFolder(folder: string, name: string): Promise<void> {
  const digests = await readChecksums(folder, name);
  const found = (await filesIn(folder)).filter((file) => file !== CHECKSUMS);
  const missing = [...digests.keys()].find((file) => !found.includes(file));
  if (missing !== undefined) throw new DamagedBackup(name, `${missing} is missing`);
  for (const file of found) {
    const digest = digests.get(file);
    if (digest === undefined) throw new DamagedBackup(name, `${file} does not belong to it`);
    if ((await digestOf(join(folder, file))) !== digest) {
      throw new DamagedBackup(name, `${file} is not what was written: its SHA-256 differs`);
    }
  }
}

/** Digest by file. */
async function readChecksums(folder: string, name: string): Promise<ReadonlyMap<string, string>> {
  let text: string;
  try {
    text = await readFile(join(folder, CHECKSUMS), "utf8");
  } catch {
    throw new DamagedBackup(name, `it has no ${CHECKSUMS}`);
  }
  const lines = text.split("\n").slice(0, -1);
  if (lines.length === 0 || lines.some((line) => !CHECKSUM_LINE.test(line))) {
    throw new DamagedBackup(name, `${CHECKSUMS} is not a list of digests`);
  }
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

async function writeChecksums(folder: string): Promise<void> {
  const lines: string[] = [];
  for (const file of await filesIn(folder)) lines.push(`${await digestOf(join(folder, file))}  ${file}\n`);
  await writeFile(join(folder, CHECKSUMS), lines.join(""), { mode: 0o600 });
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Everything in the folder is on the disk then, names included. */
async function flushAll(folder: string): Promise<void> {
  for (const file of await filesIn(folder)) await flush(join(folder, file));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await flush(join(entry.parentPath, entry.name));
  await flush(folder);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
