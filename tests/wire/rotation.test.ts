import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import type { CraicModule } from "../../services/runtime/src/module.js";
import type { RunningProcess } from "../../services/runtime/src/serve.js";
import { until } from "../fixtures/until.js";
import { type Authority, createAuthority, type Identity, writeIdentity } from "./certificates.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { startModules, startWire, type WireProcess } from "./ways.js";

const PREFIX = "spiffe://craic.local/ns/party/sa/craic-";
const QUICK = { CRAIC_TLS_POLL_MS: "20", CRAIC_CONNECTION_AGE_MS: "150" };

let directory: string;
let old: Authority;
let renewed: Authority;
let serverSecret: Secret;
let callerSecret: Secret;
let server: WireProcess;
let caller: RunningProcess;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "craic-rotation-"));
  [old, renewed] = [createAuthority("the old one"), createAuthority("the new one")];
  serverSecret = new Secret(join(directory, "server"), ["wire", "auth"]);
  callerSecret = new Secret(join(directory, "caller"), ["events"]);
  for (const secret of [serverSecret, callerSecret]) secret.publish(old, [old]);
  server = await startWire({ ...serverSecret.settings, ...QUICK });
  const address = `127.0.0.1:${server.process.grpcPort}`;
  const addresses = { CRAIC_WIRE_ADDR: address, CRAIC_AUTH_ADDR: address };
  caller = await startModules([eventsModule], { ...callerSecret.settings, ...QUICK, ...addresses });
});

afterEach(async () => {
  await Promise.all([caller.drain(), server.process.drain()]);
  rmSync(directory, { recursive: true });
});

const eventsModule: CraicModule<unknown> = {
  name: "events",
  calls: ["wire"],
  configure: () => ({}),
  start: async () => ({ registrations: [], close: async () => {} }),
};

/** A folder as Kubernetes mounts a secret: each version in a folder of its own, and one link that is swapped. */
class Secret {
  private version = 0;
  readonly settings: Record<string, string>;

  constructor(
    private readonly folder: string,
    private readonly names: readonly string[],
  ) {
    mkdirSync(folder);
    const at = (file: string) => join(folder, file);
    this.settings = {
      CRAIC_TLS_CERT: at("tls.crt"),
      CRAIC_TLS_KEY: at("tls.key"),
      CRAIC_TLS_CA: at("ca.crt"),
    };
    for (const file of ["tls.crt", "tls.key", "ca.crt"]) symlinkSync(join("..data", file), at(file));
  }

  /** A certificate of one authority, and trust in some. */
  publish(issuer: Authority, trusted: readonly Authority[]): void {
    const identity = issuer.issue(this.names.map((name) => PREFIX + name));
    this.put(identity, trusted);
  }

  put(identity: Identity, trusted: readonly Authority[]): void {
    const name = `..${++this.version}`;
    mkdirSync(join(this.folder, name));
    const certificate = Buffer.concat(trusted.map((authority) => authority.certificate));
    writeIdentity(join(this.folder, name), identity, { certificate });
    const link = join(this.folder, "..data_tmp");
    symlinkSync(name, link);
    renameSync(link, join(this.folder, "..data"));
  }
}

async function metricOf({ opsPort }: RunningProcess, name: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  const line = metrics.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

const USED = 'craic_tls_certificate_reloads_total{result="used"}';
const REFUSED = 'craic_tls_certificate_reloads_total{result="refused"}';

describe("certificates that are rotated", () => {
  it("fail no call, not even one that must not be made twice, while the authority changes too", async () => {
    const echo = createClient(EchoService, caller.transport);
    const failures: unknown[] = [];
    let calls = 0;
    let isOver = false;
    const calling = (async () => {
      while (!isOver) {
        const call = calls++ % 2 === 0 ? echo.echo({}) : echo.forUsers({}, { headers: bearer() });
        await call.catch((error: unknown) => failures.push(error));
      }
    })();
    const taken = async (version: number) => {
      for (const process of [server.process, caller])
        await until(async () => (await metricOf(process, USED)) === version);
      // Connections are made anew every 150 ms: by now they are of this version.
      const before = calls;
      const beganMs = performance.now();
      await until(async () => calls > before + 50 && performance.now() - beganMs > 200);
    };
    // Everybody trusts both before anybody shows the new one, and nobody shows the old one before it is dropped.
    for (const secret of [serverSecret, callerSecret]) secret.publish(old, [old, renewed]);
    await taken(1);
    for (const secret of [serverSecret, callerSecret]) secret.publish(renewed, [old, renewed]);
    await taken(2);
    for (const secret of [serverSecret, callerSecret]) secret.publish(renewed, [renewed]);
    await taken(3);
    isOver = true;
    await calling;
    expect(failures).toEqual([]);
    await expect(callAs(old, renewed)).rejects.toThrow();
    await expect(callAs(renewed, old)).rejects.toThrow();
    await expect(callAs(renewed, renewed)).resolves.toBeDefined();
  });

  it("leave a stream alone that is under way", async () => {
    const replies = createClient(EchoService, caller.transport).converse(questions())[Symbol.asyncIterator]();
    const asked = Promise.withResolvers<void>();
    async function* questions() {
      yield { text: "before" };
      await asked.promise;
      yield { text: "after" };
    }
    expect((await replies.next()).value).toMatchObject({ text: "before!" });
    for (const secret of [serverSecret, callerSecret]) secret.publish(renewed, [renewed]);
    for (const process of [server.process, caller])
      await until(async () => (await metricOf(process, USED)) === 1);
    asked.resolve();
    expect((await replies.next()).value).toMatchObject({ text: "after!" });
  });

  it("are not used while they make no sense, and the ones before are", async () => {
    const expiry = await metricOf(server.process, "craic_tls_certificate_expiry_timestamp_seconds");
    expect(new Date(expiry * 1_000)).toEqual(new Date("2049-12-31T23:59:59Z"));
    const id = `${PREFIX}wire`;
    const good = old.issue(id);
    const past = { from: new Date("2020-01-01"), to: new Date("2021-01-01") };
    const nonsense: Identity[] = [
      { certificate: old.issue(id).certificate, key: good.key },
      { certificate: good.certificate.subarray(0, 80), key: good.key },
      old.issue(id, past),
      old.issue("spiffe://elsewhere/wire"),
      renewed.issue(id),
    ];
    for (const [i, identity] of nonsense.entries()) {
      serverSecret.put(identity, [old]);
      await until(async () => (await metricOf(server.process, REFUSED)) === i + 1);
      expect(await metricOf(server.process, "craic_tls_certificate_problem")).toBe(1);
      await expect(callAs(old, old)).resolves.toBeDefined();
    }
    serverSecret.publish(old, [old]);
    await until(async () => (await metricOf(server.process, USED)) === 1);
    expect(await metricOf(server.process, "craic_tls_certificate_problem")).toBe(0);
    expect(await metricOf(server.process, REFUSED)).toBe(nonsense.length);
  });
});

const bearer = () => ({ authorization: `Bearer ${server.issuer.token({ sub: "user-3" })}` });

/** One call over a connection of its own, with a certificate of one authority and trust in one. */
async function callAs(issuer: Authority, trusted: Authority): Promise<unknown> {
  const { key, certificate } = issuer.issue(`${PREFIX}events`);
  const anyName = { checkServerIdentity: () => undefined };
  const transport = createGrpcTransport({
    address: `127.0.0.1:${server.process.grpcPort}`,
    credentials: grpc.credentials.createSsl(trusted.certificate, key, certificate, anyName),
    serverName: "wire",
    maxMessageBytes: 10_000,
  });
  try {
    return await createClient(EchoService, transport).echo({});
  } finally {
    transport.close();
  }
}
