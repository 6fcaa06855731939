import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@craic/runtime/log.js";
import { type BackedUp, PARTS } from "./backup.js";
import { BackupFolder, DamagedBackup } from "./backup-folder.js";
import { expandDump } from "./database-dump.js";
import { openEmulatedDynamo, restoreTable, untilAnswering } from "./dynamodb-tables.js";
import { restoreModels } from "./model-files.js";
import { S3Copies } from "./s3-copies.js";

/** There is nothing to restore; the message says what was looked for. */
export class NoBackup extends Error {}

/**
 * Finds a backup, fetches it from S3 where it is only there, and verifies it. Nothing is changed that it would be
 * restored to. Throws NoBackup, and DamagedBackup where the one that was asked for is damaged.
 *
 * @param wanted its name; "" for the newest one that is whole
 */
export async function findBackup(
  { folder, s3 }: Pick<BackedUp, "folder" | "s3">,
  wanted: string,
  log: Logger,
): Promise<string> {
  const backups = new BackupFolder(folder);
  const copies = s3 && new S3Copies(s3);
  try {
    const here = await backups.names();
    const there = (await copies?.names()) ?? [];
    const all = [...new Set([...here, ...there])].sort();
    const candidates = wanted === "" ? all.toReversed() : all.filter((name) => name === wanted);
    for (const name of candidates) {
      try {
        if (here.includes(name)) await backups.verify(name);
        else await copies?.download(name, backups);
        return name;
      } catch (error) {
        if (wanted !== "" || !(error instanceof DamagedBackup)) throw error;
        log.error({ backup: name }, `${error.message}; looking at the one before`);
      }
    }
    throw new NoBackup(
      wanted === ""
        ? "there is no backup that is whole"
        : `there is no backup ${wanted}; there are: ${all.join(", ") || "none"}`,
    );
  } finally {
    copies?.close();
  }
}

/** Writes the backup's databases as plain SQL, for the database's own client to load. */
export async function unpackDatabases(folder: string, name: string, dump: string): Promise<void> {
  await rm(dump, { force: true });
  await expandDump(join(folder, name, PARTS.databases), dump);
}

/** Puts the models back. Does no harm twice. */
export async function restoreModelFiles(
  { folder, modelDir }: Pick<BackedUp, "folder" | "modelDir">,
  name: string,
  log: Logger,
): Promise<void> {
  await restoreModels(join(new BackupFolder(folder).pathOf(name), PARTS.models), modelDir);
  log.info({ backup: name }, "the models are those of the backup");
}

/**
 * Puts emulated tables back, once the emulation answers: it may be in the very process that had to wait for its
 * databases. Does no harm twice.
 */
export async function restoreTables(
  { folder, dynamo }: Pick<BackedUp, "folder" | "dynamo">,
  name: string,
  log: Logger,
): Promise<void> {
  if (dynamo === undefined) return;
  const path = join(new BackupFolder(folder).pathOf(name), PARTS.dynamodb);
  const client = openEmulatedDynamo(dynamo.endpoint);
  try {
    await untilAnswering(client, log);
    for (const table of dynamo.tables) {
      if (!existsSync(join(path, `${table}.keys.json`))) continue;
      await restoreTable(client, table, path);
      log.info({ backup: name, table }, "the table is that of the backup");
    }
  } finally {
    client.destroy();
  }
}
