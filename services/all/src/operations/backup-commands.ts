import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathOf } from "@craic/runtime/kubernetes.js";
import type { Settings } from "@craic/runtime/settings.js";
import { type BackedUp, backUp, NotCopied } from "./backup/backup.js";
import { DamagedBackup } from "./backup/backup-folder.js";
import { findBackup, NoBackup, restoreModelFiles, restoreTables, unpackDatabases } from "./backup/restore.js";
import { type Command, listIn, Refused, readCluster } from "./command.js";
import { letIn, lockOut } from "./database-users.js";
import { provideAccess, readDatabaseAccess, readServiceUrls, readTrainerUrl } from "./state-commands.js";

/** The chart's Job does not try again then: it would make another backup. */
const EXIT_NOT_COPIED = 5;

const PLACES = `CRAIC_BACKUP_DIR holds the backups, CRAIC_MODEL_DIR the models. CRAIC_DYNAMODB_ENDPOINT is where DynamoDB is emulated;
without it AWS keeps the tables, and backs them up. CRAIC_BACKUP_S3_BUCKET, CRAIC_BACKUP_S3_PREFIX,
CRAIC_BACKUP_S3_ENDPOINT and CRAIC_BACKUP_S3_REGION say where copies are, with credentials as every AWS program
finds them.`;

export const backup: Command = {
  summary: "makes a backup of a dump of the databases, the models and the emulated DynamoDB",
  help: `CRAIC_BACKUP_WORK_DIR has the dump, databases.sql. CRAIC_BACKUP_KEEP backups are kept. Ends with
status ${EXIT_NOT_COPIED} where the backup was made and could not be copied to S3; the next one brings both there.
${PLACES}`,
  async run({ settings, log, now }) {
    const places = readPlaces(settings);
    const dump = readDump(settings);
    const keep = settings.integer("CRAIC_BACKUP_KEEP", 7, 1, 1_000);
    settings.check();
    await sayingWhy(() => backUp(places, dump, keep, now(), log));
  },
};

export const restoreBegin: Command = {
  summary: "finds and verifies a backup, locks the services out, and unpacks its databases",
  help: `CRAIC_RESTORE_BACKUP is its name; without it, the newest that is whole. A damaged one is refused before anything is
changed. CRAIC_BACKUP_WORK_DIR then has databases.sql, for the database's own client to load.
${PLACES}
CRAIC_MYSQL_URL connects as an administrator, CRAIC_<SERVICE>_MYSQL_URL and CRAIC_TRAINER_MYSQL_URL name those who are
locked out.`,
  async run({ settings, log }) {
    const places = readPlaces(settings);
    const dump = readDump(settings);
    const wanted = settings.string("CRAIC_RESTORE_BACKUP", "");
    const adminUrl = settings.url("CRAIC_MYSQL_URL", ["mysql"]);
    const users = readUsers(settings);
    settings.check();
    const name = await sayingWhy(() => findBackup(places, wanted, log));
    log.info({ backup: name }, "this backup is whole, and will be restored");
    await unpackDatabases(places.folder, name, dump);
    await lockOut(adminUrl, users, log);
    await writeFile(nameBeside(settings), name);
  },
};

export const restoreFinish: Command = {
  summary: "restores models, lets the services in, restores the emulated DynamoDB, and starts them again",
  help: `After restore-begin, once the databases are loaded; it knows from that which backup.
${PLACES}
CRAIC_RESTORE_RESTARTS lists Deployments whose pods are replaced then, for they remember what was before.`,
  async run({ settings, log, now }) {
    const places = readPlaces(settings);
    const restarts = listIn(settings.string("CRAIC_RESTORE_RESTARTS", ""));
    const access = readDatabaseAccess(settings);
    const users = readUsers(settings);
    readDump(settings);
    settings.check();
    const name = await readFile(nameBeside(settings), "utf8");
    await restoreModelFiles(places, name, log);
    // Before the tables: where the one process has them, it can only start once it has its databases.
    // The server may be a new one.
    await provideAccess(access, log);
    await letIn(access.adminUrl, users, log);
    await restoreTables(places, name, log);
    if (restarts.length === 0) return;
    const api = readCluster(settings);
    const annotations = { "craic/restored-at": now().toISOString() };
    for (const deployment of restarts) {
      const path = pathOf(api.namespace, "apps/v1/deployments", deployment);
      await api.patch(path, { spec: { template: { metadata: { annotations } } } });
      log.info({ deployment }, "its pods are being replaced");
    }
  },
};

function readPlaces(settings: Settings): BackedUp {
  const bucket = settings.optional("CRAIC_BACKUP_S3_BUCKET");
  const endpoint = settings.optional("CRAIC_DYNAMODB_ENDPOINT");
  const tables = [
    settings.string("CRAIC_EXPERIMENTS_TABLE", "whatsthecraic-experiments"),
    settings.string("CRAIC_EXPERIMENTS_ASSIGNMENTS_TABLE", "whatsthecraic-ab-assignments"),
  ];
  return {
    folder: settings.string("CRAIC_BACKUP_DIR"),
    modelDir: settings.string("CRAIC_MODEL_DIR"),
    dynamo: endpoint === undefined ? undefined : { endpoint, tables },
    s3: bucket === undefined ? undefined : { bucket, ...readS3(settings) },
  };
}

function readS3(settings: Settings) {
  return {
    prefix: settings.string("CRAIC_BACKUP_S3_PREFIX", ""),
    endpoint:
      settings.optional("CRAIC_BACKUP_S3_ENDPOINT") &&
      settings.url("CRAIC_BACKUP_S3_ENDPOINT", ["http", "https"]),
    region: settings.optional("CRAIC_BACKUP_S3_REGION"),
  };
}

function readUsers(settings: Settings): string[] {
  const trainer = readTrainerUrl(settings);
  return [...readServiceUrls(settings).values(), ...(trainer ? [trainer] : [])];
}

function readDump(settings: Settings): string {
  return join(settings.string("CRAIC_BACKUP_WORK_DIR"), "databases.sql");
}

/** From where restore-finish knows which backup it is. */
function nameBeside(settings: Settings): string {
  return join(settings.string("CRAIC_BACKUP_WORK_DIR"), "backup-name");
}

/** What a person can do something about is told in a sentence, without a stack. */
async function sayingWhy<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof DamagedBackup || error instanceof NoBackup)
      throw new Refused(`${error.message}; nothing was changed`);
    if (error instanceof NotCopied) throw new Refused(error.message, EXIT_NOT_COPIED);
    throw error;
  }
}
