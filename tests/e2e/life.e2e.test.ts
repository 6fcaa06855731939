import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientsOf, register } from "../fixtures/people.js";
import { launch, type RunningCraic, startCraic } from "../fixtures/running-craic.js";

// The catalogue is loaded where a test looks at events; the others start without one, which is faster.
const bare = { CRAIC_CATALOGUE: "none" };
const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

describe("the whole process", () => {
  it("keeps accounts and sessions over a kill -9", async () => {
    const first = await startCraic({ environment: bare, dataDirectory: newDirectory() });
    const { auth } = clientsOf(first);
    const { email, password } = await register(first);
    first.child.kill("SIGKILL");
    await ended(first);

    const second = await startCraic({ environment: bare, dataDirectory: first.dataDirectory });
    const { user } = await clientsOf(second).auth.logIn({ email, password });
    expect(user?.email).toBe(email);
    expect(await second.stop()).toBe(0);
    expect(auth).toBeDefined();
  }, 120_000);

  it("warns of nothing when nothing is wrong, from start to stop", async () => {
    const craic = await startCraic({ environment: bare, dataDirectory: newDirectory() });
    expect(await craic.stop()).toBe(0);
    expect(craic.log.filter(({ level }) => level !== "info")).toEqual([]);
    expect(craic.log.map(({ msg }) => msg)).not.toContainEqual(expect.stringMatching(/trying again/));
  }, 60_000);

  it("ends MariaDB with itself, whether asked to stop or killed", async () => {
    const asked = await startCraic({ environment: bare, dataDirectory: newDirectory() });
    expect(mariadbOf(asked.dataDirectory)).toHaveLength(1);
    expect(await asked.stop({ keepData: true })).toBe(0);
    expect(mariadbOf(asked.dataDirectory)).toHaveLength(0);

    const killed = await startCraic({ environment: bare, dataDirectory: asked.dataDirectory });
    killed.child.kill("SIGKILL");
    await ended(killed);
    await until(() => mariadbOf(killed.dataDirectory).length === 0);
  }, 120_000);

  it("answers UNAVAILABLE while MariaDB is away and goes on when it is back", async () => {
    const craic = await startCraic({ environment: bare, dataDirectory: newDirectory() });
    const { email, password } = await register(craic);
    const { auth } = clientsOf(craic);
    for (const pid of mariadbOf(craic.dataDirectory)) process.kill(pid, "SIGKILL");

    const refused = await auth.logIn({ email, password }).then(
      () => undefined,
      (error: unknown) => error,
    );
    // It may be back before the call is made; then there is nothing to refuse.
    if (refused !== undefined) expect(refused).toMatchObject({ code: 14 });
    await until(async () =>
      auth.logIn({ email, password }).then(
        () => true,
        () => false,
      ),
    );
    expect(await craic.stop()).toBe(0);
  }, 120_000);

  it("says in one go what is wrong with its settings, and ends with EX_CONFIG", async () => {
    const started = launch(newDirectory(), {
      CRAIC_HTTP_PORT: "http",
      CRAIC_SERVICES: "auth,dj",
      LOG_LEVEL: "loud",
    });
    expect(await started.ended).toBe(78);
    expect(started.complaint()).toContain('CRAIC_HTTP_PORT is "http"');
    expect(started.complaint()).toContain('CRAIC_SERVICES names "dj"');
    expect(started.complaint()).toContain('LOG_LEVEL is "loud"');
    expect(started.complaint()).not.toMatch(/^\s+at /m);
  });

  it("names the port that something else is using, and the setting that moves it", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const started = launch(newDirectory(), { ...bare, CRAIC_GRPC_PORT: String(port) });
    expect(await started.ended).toBe(78);
    expect(started.complaint()).toContain(`CRAIC_GRPC_PORT is ${port}`);
    other.close();
  }, 60_000);

  it("does not share its data directory", async () => {
    const first = await startCraic({ environment: bare, dataDirectory: newDirectory() });
    const second = launch(first.dataDirectory, bare);
    expect(await second.ended).toBe(78);
    expect(second.complaint()).toContain(`process ${first.child.pid}`);
    expect(await first.stop()).toBe(0);
  }, 60_000);

  it("waits, with a sentence in the log, for a database server that is not there", async () => {
    const started = launch(newDirectory(), { ...bare, CRAIC_MYSQL_URL: "mysql://root@127.0.0.1:1/" });
    await until(() => started.log.some(({ msg }) => String(msg).includes("database cannot be reached")));
    expect(started.complaint()).not.toMatch(/^\s+at /m);
    started.child.kill("SIGTERM");
    await started.ended;
  }, 60_000);

  it("leaves no file of its secrets readable by others", async () => {
    const craic = await startCraic({ environment: bare, dataDirectory: newDirectory() });
    const secrets = join(craic.dataDirectory, "secrets");
    const { statSync } = await import("node:fs");
    for (const name of readdirSync(secrets)) expect(statSync(join(secrets, name)).mode & 0o077).toBe(0);
    expect(await craic.stop()).toBe(0);
  }, 60_000);
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "craic-life-"));
  directories.push(directory);
  return directory;
}

/** Process ids of the MariaDB servers that run on a data directory. */
function mariadbOf(dataDirectory: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .filter((name) => commandLine(name).includes(`--datadir=${dataDirectory}/mariadb/data`))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It ended between being listed and being read.
    return "";
  }
}

function ended({ child }: RunningCraic): Promise<void> {
  return child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once("exit", () => resolve()))
    : Promise.resolve();
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
