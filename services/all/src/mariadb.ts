import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "@craic/runtime/settings.js";
import { createConnection } from "mysql2/promise";

/** A MariaDB server that belongs to this process. */
export interface PrivateMariadb {
  /** Connects as the administrator: mysql://root@localhost/?socketPath=… */
  readonly adminUrl: string;
  readonly pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** How long the server may take to accept connections, crash recovery included. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** Small memory: measured at 54–60 MB resident with these. */
const SERVER_OPTIONS = [
  "--performance-schema=OFF",
  "--innodb-buffer-pool-size=16M",
  // As many pages are kept free at any time: with the default of 1536, all of a pool this small, so that nearly
  // every page is read from disk again.
  "--innodb-lru-scan-depth=100",
  "--innodb-log-buffer-size=2M",
  "--innodb-log-file-size=32M",
  "--key-buffer-size=64K",
  "--aria-pagecache-buffer-size=1M",
  "--tmp-table-size=4M",
  "--max-heap-table-size=4M",
  "--table-open-cache=200",
  "--table-definition-cache=200",
  "--thread-cache-size=4",
  "--max-connections=100",
  "--skip-networking",
  "--skip-log-bin",
  "--character-set-server=utf8mb4",
  "--collation-server=utf8mb4_bin",
  "--default-time-zone=+00:00",
];

/**
 * Starts a MariaDB of our own on a data directory of our own, reached by a Unix socket only. The first start
 * makes the directory's system tables. A server that an earlier process left behind on the same directory is
 * ended first, and what a crash left half done is recovered by the server itself.
 *
 * @param directory holds data/, the socket and the error log; its path must be short enough for a socket
 * (107 bytes)
 */
export async function startMariadb(
  directory: string,
  { durable = true }: { durable?: boolean } = {},
): Promise<PrivateMariadb> {
  const server = findProgram(["mariadbd", "mysqld"]);
  const data = join(directory, "data");
  const pidFile = join(directory, "mariadb.pid");
  // A server deletes leftovers of others in its folder for temporary files: two that share /tmp break each other.
  const temporary = join(directory, "tmp");
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  await endLeftover(pidFile, data);
  // MariaDB refuses to run as root unless told that this is meant.
  const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];
  const always = [`--tmpdir=${temporary}`, ...asRoot];
  if (!existsSync(join(data, "mysql"))) createSystemTables(data, always);
  const child = spawn(
    ...diesWithParent(server, [
      "--no-defaults",
      ...always,
      `--datadir=${data}`,
      `--socket=${socketOf(directory)}`,
      `--pid-file=${pidFile}`,
      `--log-error=${join(directory, "mariadb.log")}`,
      ...SERVER_OPTIONS,
      // Tests may lose their data with the machine; people may not.
      `--innodb-flush-log-at-trx-commit=${durable ? 1 : 0}`,
    ]),
    // A process group of its own: Ctrl-C reaches us alone, and we end the server after the last query.
    { stdio: "ignore", detached: true },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const adminUrl = mariadbUrl(directory);
  await untilAccepting(adminUrl, child, join(directory, "mariadb.log"));
  return {
    adminUrl,
    pid: child.pid as number,
    ended,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Connects as the administrator to the private MariaDB of a directory. */
export function mariadbUrl(directory: string): string {
  return `mysql://root@localhost/?socketPath=${encodeURIComponent(socketOf(directory))}`;
}

function socketOf(directory: string): string {
  return join(directory, "mariadb.sock");
}

/** Debian keeps servers in /usr/sbin, which is not on everybody's PATH. */
const PROGRAM_FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

function findProgram(names: readonly string[]): string {
  for (const name of names) {
    const folder = PROGRAM_FOLDERS.find((folder) => existsSync(join(folder, name)));
    if (folder !== undefined) return join(folder, name);
  }
  throw new SettingsError([
    `no ${names.join(" or ")} found: install the packages mariadb-server-core and mariadb-client-core, or set CRAIC_MYSQL_URL to a server`,
  ]);
}

/** Has the kernel end the program when this process dies, even by kill -9, where util-linux is there to ask. */
function diesWithParent(program: string, options: readonly string[]): [string, string[]] {
  return existsSync("/usr/bin/setpriv")
    ? ["/usr/bin/setpriv", ["--pdeathsig", "TERM", program, ...options]]
    : [program, [...options]];
}

function createSystemTables(data: string, always: readonly string[]): void {
  const install = findProgram(["mariadb-install-db", "mysql_install_db"]);
  const options = ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal"];
  const result = spawnSync(install, [...options, "--skip-test-db", ...always], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${install} failed:\n${result.stdout}${result.stderr}`);
}

/** Ends a server that an earlier, killed process left behind on this data directory. */
async function endLeftover(pidFile: string, data: string): Promise<void> {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : Number.NaN;
  if (!Number.isInteger(pid) || !runsOn(pid, data)) return;
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (runsOn(pid, data)) {
    if (Date.now() > deadline) process.kill(pid, "SIGKILL");
    await pause(POLL_MS);
  }
}

function runsOn(pid: number, data: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(`--datadir=${data}`);
  } catch {
    return false;
  }
}

async function untilAccepting(url: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const connection = await createConnection({ uri: url });
      await connection.end();
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`MariaDB did not start; the last lines of ${log}:\n${lastLines(log)}`, {
          cause: error,
        });
      }
      await pause(POLL_MS);
    }
  }
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-8).join("\n") : "(none)";
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
