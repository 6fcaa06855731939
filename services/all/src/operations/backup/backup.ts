import { join } from "node:path";
import type { Logger } from "@craic/runtime/log.js";
import { BackupFolder } from "./backup-folder.js";
import { compressDump } from "./database-dump.js";
import { copyTable, openEmulatedDynamo } from "./dynamodb-tables.js";
import { copyModels } from "./model-files.js";
import { S3Copies, type S3Place } from "./s3-copies.js";

/** What a backup is made of, and where it is kept. */
export interface BackedUp {
  /** Folder of the backups. */
  readonly folder: string;
  readonly modelDir: string;
  /** The emulation of DynamoDB; undefined where AWS keeps the tables, and their backups. */
  readonly dynamo: { readonly endpoint: string; readonly tables: readonly string[] } | undefined;
  /** Where a copy goes. */
  readonly s3: S3Place | undefined;
}

/** The parts of a backup, by their names in its folder. */
export const PARTS = { databases: "databases.sql.gz", models: "models", dynamodb: "dynamodb" } as const;

/**
 * Makes a backup of a dump, the models and the emulated tables, copies it to S3, and takes away old ones.
 *
 * @param dump what mariadb-dump has written
 * @param keep how many backups are kept, here and in S3
 */
export async function backUp(
  { folder, modelDir, dynamo, s3 }: BackedUp,
  dump: string,
  keep: number,
  now: Date,
  log: Logger,
): Promise<string> {
  const backups = new BackupFolder(folder);
  const name = BackupFolder.nameAt(now);
  await backups.create(name, async (aside) => {
    await compressDump(dump, join(aside, PARTS.databases));
    await copyModels(modelDir, join(aside, PARTS.models));
    if (dynamo === undefined) return;
    const client = openEmulatedDynamo(dynamo.endpoint);
    try {
      for (const table of dynamo.tables) await copyTable(client, table, join(aside, PARTS.dynamodb));
    } finally {
      client.destroy();
    }
  });
  log.info({ backup: name }, "a backup was made");
  const removed = await backups.keepNewest(keep, now);
  if (removed.length > 0) log.info({ removed }, "old backups were removed");
  if (s3 !== undefined) await copyToS3(backups, s3, keep, log);
  return name;
}

/** The backup was made, and is not in S3; the next one brings it there, too. */
export class NotCopied extends Error {}

/** Copies every backup that is not there yet, so that a night without S3 is made up for. Throws NotCopied. */
async function copyToS3(backups: BackupFolder, s3: S3Place, keep: number, log: Logger): Promise<void> {
  const copies = new S3Copies(s3);
  try {
    const there = await copies.names();
    for (const name of (await backups.names()).filter((name) => !there.includes(name))) {
      await copies.upload(backups.pathOf(name), name);
      log.info({ backup: name, bucket: s3.bucket }, "the backup was copied to S3");
    }
    const removed = await copies.keepNewest(keep);
    if (removed.length > 0) log.info({ removed }, "old copies were removed from S3");
  } catch (error) {
    log.error({ err: error }, "the backup could not be copied to S3");
    const why = error instanceof Error ? error.message : String(error);
    throw new NotCopied(`the backup was made, but could not be copied to S3: ${why}`, { cause: error });
  } finally {
    copies.close();
  }
}
