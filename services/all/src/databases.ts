import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";

/**
 * Gives each service a database of its own and a user that can reach nothing else. Passwords are made once
 * and kept in `secretsFolder`, readable by this user only.
 *
 * @param adminUrl connects as somebody who may create databases and users
 * @returns the services' URLs, by service
 */
export async function provideDatabases(
  adminUrl: string,
  services: readonly string[],
  secretsFolder: string,
): Promise<Map<string, string>> {
  const admin = await createConnection({ uri: adminUrl });
  try {
    const urls = new Map<string, string>();
    for (const service of services) {
      const name = `craic_${service}`;
      const password = keptPassword(secretsFolder, name);
      await admin.query(`CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
      await admin.query(`CREATE USER IF NOT EXISTS ${name}@'%'`);
      await admin.query(`ALTER USER ${name}@'%' IDENTIFIED BY ${admin.escape(password)}`);
      await admin.query(`GRANT ALL PRIVILEGES ON ${name}.* TO ${name}@'%'`);
      const url = new URL(adminUrl);
      url.username = name;
      url.password = password;
      url.pathname = `/${name}`;
      urls.set(service, url.href);
    }
    return urls;
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
