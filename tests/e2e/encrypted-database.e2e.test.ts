import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { turnAuthorities, turnLeaf } from "../../services/all/src/operations/authorities.js";
import { ClusterMariadb } from "../fixtures/cluster-mariadb.js";
import { distFolder } from "../fixtures/running-craic.js";

// What the chart sets for mariadb.external with tls and caSecret: a server whose authority Node does not know.

const now = new Date();
const names = { spiffeId: "spiffe://elsewhere/database", dns: ["localhost"] };
/** As in craic.state.mysqlUrl. */
const ENCRYPTED = "?ssl=%7B%22rejectUnauthorized%22%3Atrue%7D";

let folder: string;
let server: ClusterMariadb;
let authority: string;
let stranger: string;

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-encrypted-"));
  const authorities = turnAuthorities(undefined, "its authority", now);
  const leaf = turnLeaf(undefined, names, authorities, now);
  authority = write("ca.crt", authorities.current.certificate);
  stranger = write("other.crt", turnAuthorities(undefined, "another", now).current.certificate);
  const own = [`--ssl-cert=${write("tls.crt", leaf.certificate)}`, `--ssl-key=${write("tls.key", leaf.key)}`];
  server = new ClusterMariadb(own);
  await server.start();
}, 60_000);

afterAll(async () => {
  await server.remove();
  rmSync(folder, { recursive: true });
});

/** What the setup Job runs, for the service djs alone. */
async function makeDatabases(trusted: string) {
  const child = spawn(process.execPath, [join(distFolder, "operations.mjs"), "databases"], {
    env: {
      PATH: process.env.PATH,
      CRAIC_MYSQL_URL: server.adminUrl + ENCRYPTED,
      CRAIC_DJS_MYSQL_URL: server.urlOf("djs") + ENCRYPTED,
      CRAIC_BACKUP_MYSQL_URL: server.urlOf("backup", "") + ENCRYPTED,
      NODE_EXTRA_CA_CERTS: trusted,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const status = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [log, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, said: log + complaint };
}

describe("a database whose authority Node does not know", () => {
  it("is not trusted with a password, whoever says that it is one", async () => {
    for (const trusted of ["", stranger]) {
      const { status, said } = await makeDatabases(trusted);
      expect(status).toBe(1);
      expect(said).toMatch(/certificate/);
    }
  }, 60_000);

  it("is set up, dumped and loaded where the authority is given", async () => {
    expect(await makeDatabases(authority)).toMatchObject({ status: 0 });
    const encrypted = { MYSQL_HOST: "localhost", MYSQL_SSL: "true", MYSQL_SSL_CA: authority };
    await server.dump("backup", ["craic_djs"], encrypted);
    await server.load(encrypted);
  }, 60_000);

  it("is not dumped to or loaded from somebody else", async () => {
    const deceived = { MYSQL_HOST: "localhost", MYSQL_SSL: "true", MYSQL_SSL_CA: stranger };
    await expect(server.dump("backup", ["craic_djs"], deceived)).rejects.toThrow(/certificate|SSL/);
    await expect(server.load(deceived)).rejects.toThrow(/certificate|SSL/);
  }, 60_000);
});
