import { join } from "node:path";
import type { Logger } from "@craic/runtime/log.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import type { Settings } from "@craic/runtime/settings.js";
import { provideDatabases } from "../databases.js";
import { keepCertificates } from "./certificates.js";
import { type Command, listIn, readCluster } from "./command.js";
import { provideReaders, type Reader } from "./database-users.js";
import { changeSecret } from "./kept-secret.js";
import { keepSecrets } from "./secrets.js";

export const secrets: Command = {
  summary: "makes the secrets that are missing in a Secret of the release",
  help: `CRAIC_SECRET names the Secret, which must be there; CRAIC_SECRET_PASSWORDS lists keys that hold a password each,
CRAIC_SECRET_SIGNING_KEY the key that holds what access tokens are signed with. What is there stays as it is.`,
  async run({ settings, log }) {
    const secret = settings.string("CRAIC_SECRET");
    const passwords = listIn(settings.string("CRAIC_SECRET_PASSWORDS"));
    const signingKey = settings.optional("CRAIC_SECRET_SIGNING_KEY");
    await keepSecrets(readCluster(settings), { secret, passwords, signingKey }, log);
  },
};

export const certificates: Command = {
  summary: "keeps the certificates with which services know each other",
  help: `Makes an authority in the Secret <release>-ca and a certificate for each service in <release>-tls-<service>; all
of these must be there, if empty. A certificate is good for 30 days and is made anew 10 days before its end; an
authority for a year, and the next one is trusted everywhere long before it signs. CRAIC_RELEASE is the release's
name, CRAIC_CERTIFICATES lists the services, CRAIC_TRUST_DOMAIN begins their SPIFFE ids.`,
  async run({ settings, log, now }) {
    const release = settings.string("CRAIC_RELEASE");
    const services = listIn(settings.string("CRAIC_CERTIFICATES"));
    const trustDomain = settings.string("CRAIC_TRUST_DOMAIN", "craic.local");
    const clusterDomain = settings.string("CRAIC_CLUSTER_DOMAIN", "cluster.local");
    const api = readCluster(settings);
    const mesh = { release, namespace: api.namespace, trustDomain, clusterDomain, services };
    await keepCertificates(api, mesh, now(), log);
  },
};

/** What mariadb-dump --single-transaction asks for. */
const BACKUP_PRIVILEGES = "SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES";

/** Who is to have which databases. */
export interface DatabaseAccess {
  readonly adminUrl: string;
  /** By service. */
  readonly urls: ReadonlyMap<string, string>;
  readonly trainer: string | undefined;
  readonly backup: string | undefined;
}

export function readDatabaseAccess(settings: Settings): DatabaseAccess {
  return {
    adminUrl: settings.url("CRAIC_MYSQL_URL", ["mysql"]),
    urls: readServiceUrls(settings),
    trainer: readTrainerUrl(settings),
    backup: settings.optional("CRAIC_BACKUP_MYSQL_URL") && settings.url("CRAIC_BACKUP_MYSQL_URL", ["mysql"]),
  };
}

/** Makes databases and users that are missing. Does no harm twice. */
export async function provideAccess(
  { adminUrl, urls, trainer, backup }: DatabaseAccess,
  log: Logger,
): Promise<void> {
  await provideDatabases(adminUrl, urls.values(), log);
  const recommender = urls.get("recommender");
  const readers: Reader[] = [];
  if (trainer && recommender) readers.push({ url: trainer, databases: [recommender], privileges: "SELECT" });
  if (backup) readers.push({ url: backup, databases: [...urls.values()], privileges: BACKUP_PRIVILEGES });
  await provideReaders(adminUrl, readers, log);
}

export const databases: Command = {
  summary: "makes each service's database, and users that reach nothing else",
  help: `CRAIC_MYSQL_URL connects as somebody who may create databases and users. Each CRAIC_<SERVICE>_MYSQL_URL says
which database, user and password there are to be. CRAIC_TRAINER_MYSQL_URL names a user who may only read what the
recommender has, CRAIC_BACKUP_MYSQL_URL one who may only read, all of them. Where CRAIC_SECRET names a Secret, its key databases-made
says at the end that this is done: pods that need the key wait for it. Does no harm twice.`,
  async run({ settings, log }) {
    const access = readDatabaseAccess(settings);
    const secret = settings.optional("CRAIC_SECRET");
    settings.check();
    await provideAccess(access, log);
    const services = [...access.urls.keys()].sort();
    log.info({ services }, "the databases and their users are there");
    if (secret !== undefined)
      await changeSecret(readCluster(settings), secret, () => ({ "databases-made": services.join(",") }));
  },
};

export const migrate: Command = {
  summary: "brings the tables of each service up to date",
  help: `For each CRAIC_<SERVICE>_MYSQL_URL. Of several that migrate at once, services that start among them, one does it
and the others wait. Does nothing where there is nothing to do.`,
  async run({ settings, log, assets }) {
    const urls = readServiceUrls(settings);
    settings.check();
    for (const [service, url] of urls) {
      const migrations = join(assets, "migrations", service);
      await (await openDatabase(url, migrations, log, { connections: 1 })).close();
      log.info({ service }, "the tables are up to date");
    }
  },
};

/** By the service's name. */
export function readServiceUrls(settings: Settings): ReadonlyMap<string, string> {
  const urls = new Map(
    settings.names().flatMap((name) => {
      const service = /^CRAIC_(AUTH|EVENTS|VENUES|DJS|RECOMMENDER)_MYSQL_URL$/.exec(name)?.[1]?.toLowerCase();
      return service === undefined ? [] : [[service, settings.url(name, ["mysql"])] as const];
    }),
  );
  if (urls.size === 0) settings.reject("no CRAIC_<SERVICE>_MYSQL_URL is set");
  return urls;
}

export function readTrainerUrl(settings: Settings): string | undefined {
  return settings.optional("CRAIC_TRAINER_MYSQL_URL") && settings.url("CRAIC_TRAINER_MYSQL_URL", ["mysql"]);
}
