import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ModelChannel,
  ModelService,
  type ReloadRequest,
} from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { addToServer } from "@craic/runtime/grpc-server.js";
import { createLogger } from "@craic/runtime/log.js";
import { register } from "@craic/runtime/module.js";
import { createMutualTls } from "@craic/runtime/mutual-tls.js";
import { closeGrpc, createGrpcServer, listenGrpc } from "@craic/runtime/ports.js";
import { Settings } from "@craic/runtime/settings.js";
import { readTls, type TlsSettings } from "@craic/runtime/tls-settings.js";
import { UnderWay } from "@craic/runtime/under-way.js";
import { ServerCredentials } from "@grpc/grpc-js";
import { createAuthority, writeIdentity } from "../../../../tests/wire/certificates.js";
import type { ModelManifest } from "./model-manifest.js";
import { isComplete, type ReloadTargets, readReloadTargets, reloadEverywhere } from "./reload-everywhere.js";

type Told = { request: ReloadRequest; authorization: string | null };

const log = createLogger("silent", "train");
const digest = "ab".repeat(32);
const manifest = { version: "1.4.2", sha256: { "model.safetensors": digest } } as unknown as ModelManifest;
const authority = createAuthority("a mesh");
function tlsOf(name: string, by = authority): TlsSettings {
  const files = writeIdentity(mkdtempSync(join(folder, name)), by.issue(`spiffe://craic/${name}`), by);
  return readTls(new Settings(files), [name])!;
}

let closing: (() => Promise<void>)[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "craic-reload-"));
});
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A recommender that answers Reload so, and what it was told. */
async function recommender(problem?: ConnectError, settings?: TlsSettings) {
  const told: Told[] = [];
  const server = createGrpcServer(1_000_000, 60_000);
  const tls = settings && createMutualTls(settings, { log });
  const implementation = {
    reload: async (request: ReloadRequest, { requestHeader }: { requestHeader: Headers }) => {
      told.push({ request, authorization: requestHeader.get("authorization") });
      if (problem !== undefined) throw problem;
      return {};
    },
  };
  addToServer(server, register(ModelService, implementation), []);
  const port = await listenGrpc(
    server,
    "127.0.0.1",
    0,
    "CRAIC_GRPC_PORT",
    tls?.server ?? ServerCredentials.createInsecure(),
  );
  closing.push(async () => {
    await closeGrpc(server, new UnderWay(), "127.0.0.1", port, 0);
    await tls?.close();
  });
  return { address: `127.0.0.1:${port}`, port, told };
}

const tell = (addresses: string[], tls?: ReloadTargets["tls"]) =>
  reloadEverywhere({ addresses, token: "a-token", tls }, manifest, log);

describe("reloadEverywhere()", () => {
  it("has every recommender load the version, by its digest, as control", async () => {
    const [first, second] = [await recommender(), await recommender()];
    const results = await tell([first.address, second.address]);
    expect(results).toEqual([{ address: first.address }, { address: second.address }]);
    expect(isComplete(results)).toBe(true);
    for (const { told } of [first, second]) {
      expect(told).toMatchObject([
        {
          request: { version: "1.4.2", sha256: digest, channel: ModelChannel.CONTROL },
          authorization: "Bearer a-token",
        },
      ]);
    }
  });

  it("tells the others though one refuses, one is away and one has no address, and says so of each", async () => {
    const well = await recommender();
    const unwell = await recommender(new ConnectError("its digest is another", Code.FailedPrecondition));
    const gone = await recommender();
    await closing.pop()!();
    const results = await tell([unwell.address, gone.address, "nowhere.invalid:50051", well.address]);
    expect(isComplete(results)).toBe(false);
    expect(results).toEqual([
      { address: unwell.address, problem: expect.stringContaining("its digest is another") },
      { address: gone.address, problem: expect.any(String) },
      { address: "nowhere.invalid:50051", problem: expect.stringContaining("nowhere.invalid") },
      { address: well.address },
    ]);
    expect(well.told).toHaveLength(1);
  });

  it("tells each address that a name stands for", async () => {
    const { port, told } = await recommender();
    const results = await tell([`localhost:${port}`]);
    // Where the machine has an IPv6 loopback, nobody listens there.
    expect(results.filter(({ problem }) => problem === undefined)).toEqual([
      { address: `127.0.0.1:${port}` },
    ]);
    expect(told).toHaveLength(1);
  });

  it("shows its certificate, and wants one for the recommender, whatever the address", async () => {
    const { address, port, told } = await recommender(undefined, tlsOf("recommender"));
    expect(await tell([address], tlsOf("trainer"))).toEqual([{ address }]);
    expect(told).toHaveLength(1);
    const stranger = createAuthority("another mesh");
    expect(isComplete(await tell([address], tlsOf("trainer", stranger)))).toBe(false);
    expect(told).toHaveLength(1);
    await tell([`localhost:${port}`], tlsOf("trainer"));
    expect(told).toHaveLength(2);
    const other = await recommender(undefined, tlsOf("events"));
    expect(isComplete(await tell([other.address], tlsOf("trainer")))).toBe(false);
    expect(other.told).toEqual([]);
  }, 60_000);

  it("has nobody to tell where no target is set", async () => {
    expect(isComplete(await tell([]))).toBe(true);
  });
});

describe("readReloadTargets()", () => {
  const read = (environment: Record<string, string>) => {
    const settings = new Settings(environment);
    const targets = readReloadTargets(settings);
    settings.check();
    return targets;
  };

  it("reads addresses, and the token from its file", () => {
    const file = join(folder, "token");
    writeFileSync(file, "a-token\n");
    const targets = read({
      CRAIC_TRAIN_RELOAD_TARGETS: "recommender.craic.svc:50051, [::1]:50051",
      CRAIC_TRAIN_TOKEN_FILE: file,
    });
    expect(targets).toMatchObject({
      addresses: ["recommender.craic.svc:50051", "[::1]:50051"],
      token: "a-token",
    });
  });

  it.each([
    [
      { CRAIC_TRAIN_RELOAD_TARGETS: "recommender", CRAIC_TRAIN_TOKEN_FILE: "/dev/null" },
      '"recommender", not of',
    ],
    [{ CRAIC_TRAIN_RELOAD_TARGETS: "recommender:50051" }, "CRAIC_TRAIN_TOKEN_FILE is not set"],
    [
      { CRAIC_TRAIN_RELOAD_TARGETS: "recommender:50051", CRAIC_TRAIN_TOKEN_FILE: "/nowhere/token" },
      "cannot be read (ENOENT)",
    ],
  ])("says what is wrong with %j", (environment, problem) => {
    expect(() => read(environment as Record<string, string>)).toThrow(problem);
  });
});
