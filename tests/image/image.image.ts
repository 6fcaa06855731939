import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PrivateMariadb, startMariadb } from "../../services/all/src/mariadb.js";
import { as, clientsOf } from "../fixtures/people.js";
import { Container, type ContainerVolumes, emulatorOf } from "./container.js";
import { filesOf, type UnpackedImage, unpack } from "./unpacked-image.js";

const MOST_BYTES = 160e6;
const USER = 65_532;
// This machine's own first: it loads the catalogue and trains, and the emulated one goes on with that.
const architectures = ["amd64", "arm64"].sort((a, b) => slowness(a) - slowness(b));

let folder: string;
let archives: string;
let mariadb: PrivateMariadb;
let volumes: ContainerVolumes;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "craic-image-"));
  archives = process.env.CRAIC_TEST_IMAGES ?? join(folder, "archives");
  if (process.env.CRAIC_TEST_IMAGES === undefined) {
    const platforms = architectures.map((name) => `linux/${name}`).join(",");
    const options = ["--platform", platforms, "--tag", "craic:test", "--archive", archives];
    process.stdout.write(execFileSync("node", ["services/all/image.mjs", ...options], { encoding: "utf8" }));
  }
  const directory = join(folder, "mariadb");
  mkdirSync(directory);
  mariadb = await startMariadb(directory, { durable: false });
  volumes = { data: join(folder, "data"), mariadbSocket: join(directory, "mariadb.sock") };
  mkdirSync(volumes.data);
  chownSync(volumes.data, USER, USER);
  writeFileSync(join(volumes.data, "mariadb.sock"), ""); // where the socket is mounted
});

afterAll(async () => {
  await mariadb.stop();
  rmSync(folder, { recursive: true });
});

describe.each(architectures)("the image for %s", (architecture) => {
  let image: UnpackedImage;

  beforeAll(() => {
    image = unpack(join(archives, `craic-${architecture}.tar`), join(folder, architecture));
  });

  it("is made for that processor", () => {
    expect(image.architecture).toBe(architecture);
  });

  it(`unpacks to no more than ${MOST_BYTES / 1e6} MB`, () => {
    const bytes = filesOf(image).reduce((sum, file) => sum + file.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  it("holds no program but Node: no shell, no package manager", () => {
    const programs = filesOf(image).filter(({ path, isExecutable }) => isExecutable && !isLibrary(path));
    expect(programs.map(({ path }) => path)).toEqual(["usr/local/bin/node"]);
  });

  it("holds what runs, and nothing of what it is made of or tested with", () => {
    const paths = filesOf(image).map(({ path }) => path);
    expect(
      paths.filter((path) => /\.(ts|tsx|map|cc|h)$|\.test\.|Dockerfile|package-lock/.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => path.endsWith(".node"))).toHaveLength(1);
  });

  it("runs as a user that owns none of its files, and says which commit it is", () => {
    expect(image.config.User).toBe(`${USER}:${USER}`);
    expect(filesOf(image).filter(({ ownerId }) => ownerId !== 0)).toEqual([]);
    // Not of another commit, whose layers are the same.
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
    const revision = image.config.Labels["org.opencontainers.image.revision"];
    expect([commit, `${commit}-dirty`]).toContain(revision);
    expect(image.config.Env).toContain(`CRAIC_GIT_SHA=${revision}`);
  });

  it("serves from a read-only root, is healthy, hashes a password, recommends by the trained model, and stops", async () => {
    const since = performance.now();
    const craic = new Container(image, volumes, environmentFor(architecture));
    const { grpcPort } = await craic.said("ready for calls");
    const readyMs = Math.round(performance.now() - since);
    process.stdout.write(`${architecture}: ready for calls ${readyMs} ms after the container's start\n`);
    await craic.said("ready for people");

    expect(await probe(image, Number(grpcPort))).toBe("");
    const { auth, feed, recommender } = clientsOf({ grpcAddress: `127.0.0.1:${grpcPort}` });
    const account = {
      email: `${architecture}@example.org`,
      password: "a long night out",
      displayName: "Niamh",
    };
    const { tokens } = await auth.register(account, SLOW);
    const { cities } = await feed.listCities({}, SLOW);
    const cityId = cities[0]?.city?.cityId ?? "";
    const answer = await recommender.recommend({ cityId }, { ...as(tokens?.accessToken ?? ""), ...SLOW });
    expect(answer.items.length).toBeGreaterThan(0);
    expect(answer.modelVersion).toMatch(/^\d+\.\d+\.\d+$/);

    expect(await craic.stop()).toBe(0);
    expect(await probe(image, Number(grpcPort))).toContain("not healthy: connect ECONNREFUSED");
  });
});

/** An emulated processor may take longer than people would wait. */
const SLOW = { timeoutMs: 120_000 };

function slowness(architecture: string): number {
  return emulatorOf(architecture) === undefined ? 0 : 1;
}

function isLibrary(path: string): boolean {
  return /^lib(64)?\/.*\.so(\.\d+)*$|\.node$/.test(path);
}

function environmentFor(architecture: string): Record<string, string> {
  return {
    CRAIC_BIND: "127.0.0.1",
    CRAIC_HTTP_PORT: "0",
    CRAIC_GRPC_PORT: "0",
    CRAIC_OPS_PORT: "0",
    CRAIC_MYSQL_URL: `mysql://root@localhost/?socketPath=${encodeURIComponent("/data/mariadb.sock")}`,
    CRAIC_CATALOGUE: emulatorOf(architecture) === undefined ? "sample" : "none",
  };
}

/** What the image's HEALTHCHECK says of the process at a port: nothing, or what it complains of. */
async function probe(image: UnpackedImage, port: number): Promise<string> {
  const [kind, ...command] = image.config.Healthcheck.Test;
  expect(kind).toBe("CMD");
  const environment = {
    CRAIC_BIND: "127.0.0.1",
    CRAIC_GRPC_PORT: String(port),
    CRAIC_HEALTH_TIMEOUT_MS: String(SLOW.timeoutMs),
  };
  const container = new Container(image, volumes, environment, command);
  const status = await container.ended;
  expect(status).toBe(container.complaint === "" ? 0 : 1);
  return container.complaint;
}
