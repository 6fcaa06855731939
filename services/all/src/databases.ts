import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "@craic/runtime/log.js";
import { openPool } from "@craic/runtime/mysql.js";
import { escapeId as quotedName, escape as quotedText } from "mysql2";

/**
 * The URL of each service's database: one database and one user a service, on one server. Passwords are
 * made once and kept in `secretsFolder`, readable by this user only.
 *
 * @param adminUrl connects to the server as somebody who may create databases and users
 */
export function databaseUrls(
  adminUrl: string,
  services: readonly string[],
  secretsFolder: string,
): Map<string, string> {
  return new Map(
    services.map((service) => {
      const url = new URL(adminUrl);
      url.username = `craic_${service}`;
      url.password = keptPassword(secretsFolder, url.username);
      url.pathname = `/${url.username}`;
      return [service, url.href];
    }),
  );
}

/**
 * Makes the databases that the URLs name, and users that can reach nothing else, once the server can be
 * reached. Does no harm twice.
 */
export async function provideDatabases(adminUrl: string, urls: Iterable<string>, log: Logger): Promise<void> {
  const admin = await openPool(adminUrl, log, { connections: 1 });
  try {
    for (const href of urls) {
      const url = new URL(href);
      const name = quotedName(url.pathname.slice(1));
      const user = `${quotedText(url.username)}@'%'`;
      await admin.query(`CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
      await admin.query(`CREATE USER IF NOT EXISTS ${user}`);
      await admin.query(`ALTER USER ${user} IDENTIFIED BY ${quotedText(url.password)}`);
      await admin.query(`GRANT ALL PRIVILEGES ON ${name}.* TO ${user}`);
    }
  } finally {
    await admin.end();
  }
}

function keptPassword(folder: string, name: string): string {
  const file = join(folder, name);
  const kept = existsSync(file) ? readFileSync(file, "utf8") : "";
  // Empty when a kill came between making the file and writing it.
  if (kept !== "") return kept;
  const password = randomBytes(24).toString("base64url");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}
