import type { Logger } from "@craic/runtime/log.js";
import { openPool } from "@craic/runtime/mysql.js";
import { escapeId as quotedName, escape as quotedText } from "mysql2";
import type { Pool, RowDataPacket } from "mysql2/promise";

/** Somebody who reads databases of others. */
export interface Reader {
  /** Whose user and password are to be. */
  readonly url: string;
  /** URLs of the databases. */
  readonly databases: readonly string[];
  /** For example "SELECT, SHOW VIEW". */
  readonly privileges: string;
}

/** Makes users that read databases which are there. Does no harm twice. */
export async function provideReaders(
  adminUrl: string,
  readers: readonly Reader[],
  log: Logger,
): Promise<void> {
  await asAdmin(adminUrl, log, async (admin) => {
    for (const { url, databases, privileges } of readers) {
      const { username, password } = new URL(url);
      const user = `${quotedText(username)}@'%'`;
      await admin.query(`CREATE USER IF NOT EXISTS ${user}`);
      await admin.query(`ALTER USER ${user} IDENTIFIED BY ${quotedText(decodeURIComponent(password))}`);
      for (const database of databases) {
        const name = quotedName(new URL(database).pathname.slice(1));
        await admin.query(`GRANT ${privileges} ON ${name}.* TO ${user}`);
      }
    }
  });
}

/** Ends the connections of users and lets them make no others: what they read and write is about to be replaced. */
export async function lockOut(adminUrl: string, urls: readonly string[], log: Logger): Promise<void> {
  await asAdmin(adminUrl, log, async (admin) => {
    const names = urls.map((url) => new URL(url).username);
    for (const user of await present(admin, names))
      await admin.query(`ALTER USER ${quotedText(user)}@'%' ACCOUNT LOCK`);
    const [rows] = await admin.query<RowDataPacket[]>(
      "SELECT id FROM information_schema.processlist WHERE user IN (?)",
      [names],
    );
    for (const { id } of rows) {
      // It may have ended by itself meanwhile.
      await admin.query(`KILL ${Number(id)}`).catch(() => undefined);
    }
  });
  log.info("the services are locked out of their databases");
}

export async function letIn(adminUrl: string, urls: readonly string[], log: Logger): Promise<void> {
  await asAdmin(adminUrl, log, async (admin) => {
    const names = urls.map((url) => new URL(url).username);
    for (const user of await present(admin, names))
      await admin.query(`ALTER USER ${quotedText(user)}@'%' ACCOUNT UNLOCK`);
  });
  log.info("the services may use their databases again");
}

/** Those of the users that there are. */
async function present(admin: Pool, names: readonly string[]): Promise<string[]> {
  const [rows] = await admin.query<RowDataPacket[]>(
    "SELECT user AS name FROM mysql.user WHERE host = '%' AND user IN (?)",
    [names],
  );
  return rows.map(({ name }) => String(name));
}

async function asAdmin(adminUrl: string, log: Logger, act: (admin: Pool) => Promise<void>): Promise<void> {
  const admin = await openPool(adminUrl, log, { connections: 1 });
  try {
    await act(admin);
  } finally {
    await admin.end();
  }
}
