import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import * as grpc from "@grpc/grpc-js";
import { turnAuthorities, turnLeaf } from "../../services/all/src/operations/authorities.js";
import { namesOf } from "../../services/all/src/operations/certificates.js";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { createLogger } from "../../services/runtime/src/log.js";
import type { CraicModule } from "../../services/runtime/src/module.js";
import { createMutualTls } from "../../services/runtime/src/mutual-tls.js";
import type { RunningProcess } from "../../services/runtime/src/serve.js";
import { Settings, type SettingsError } from "../../services/runtime/src/settings.js";
import { readTls } from "../../services/runtime/src/tls-settings.js";
import { type Authority, createAuthority, type Identity, writeIdentity } from "./certificates.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { startModules, startWire, type WireProcess } from "./ways.js";

const PREFIX = "spiffe://craic.local/ns/party/sa/craic-";

let directory: string;
let authority: Authority;
let server: WireProcess;
let lines: string[];
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "craic-tls-"));
  authority = createAuthority("a mesh");
  lines = [];
  const log = createLogger("warn", "wire", { write: (line: string) => lines.push(line) });
  server = await startWire(settingsFor(["wire", "auth"]), { log });
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

afterAll(async () => {
  await server.process.drain();
  rmSync(directory, { recursive: true });
});

/** Settings of a process of the mesh, with a certificate of its own. */
function settingsFor(names: readonly string[], prefix = PREFIX): Record<string, string> {
  const identity = authority.issue(names.map((name) => prefix + name));
  return writeIdentity(mkdtempSync(join(directory, "identity-")), identity, authority);
}

/** A process of the mesh that hosts a service of a name, and calls the one under test. */
async function startCaller(name: string, settings = settingsFor([name])): Promise<RunningProcess> {
  const caller: CraicModule<unknown> = {
    name,
    calls: ["wire"],
    configure: () => ({}),
    start: async () => ({ registrations: [], close: async () => {} }),
  };
  const address = `127.0.0.1:${server.process.grpcPort}`;
  const process = await startModules([caller], {
    CRAIC_WIRE_ADDR: address,
    CRAIC_AUTH_ADDR: address,
    ...settings,
  });
  closing.push(() => process.drain());
  return process;
}

const echoFrom = async (name: string): Promise<Client<typeof EchoService>> =>
  createClient(EchoService, (await startCaller(name)).transport);

describe("mutual TLS", () => {
  it("lets a service call another one that names it, by an address that no certificate has", async () => {
    const echo = await echoFrom("events");
    expect((await echo.echo({ answerBytes: 2 })).filling).toBe("xx");
    const headers = { authorization: `Bearer ${server.issuer.token({ sub: "user-3" })}` };
    expect(await echo.forUsers({}, { headers })).toMatchObject({ userId: "user-3" });
  });

  it("counts calls by the service that they come from", async () => {
    await (await echoFrom("events")).sum(none());
    const metrics = await (await fetch(`http://127.0.0.1:${server.process.opsPort}/metrics`)).text();
    expect(metrics).toMatch(/craic_rpc_server_started_total\{.*method="Sum",peer="events"\} 1/);
  });

  it("refuses a service that the method does not name, whatever person it calls for", async () => {
    const echo = await echoFrom("events");
    const headers = { authorization: `Bearer ${server.issuer.token({ sub: "user-3", roles: ["admin"] })}` };
    const error = await echo.change({}, { headers }).catch(ConnectError.from);
    expect(error).toMatchObject({ code: Code.PermissionDenied });
    expect((error as ConnectError).findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: "CALLER_NOT_ALLOWED", domain: "craic" },
    ]);
    const [refusal] = lines.filter((line) => line.includes("refused a service"));
    expect(JSON.parse(refusal as string)).toMatchObject({
      rpc: "wire.v1.EchoService/Change",
      callers: ["events"],
    });
    expect(refusal).not.toContain("user-3");
  });

  it("refuses a service of another installation of the same authority", async () => {
    const { transport } = await startCaller(
      "events",
      settingsFor(["events"], "spiffe://craic.local/ns/other/sa/x-"),
    );
    await expect(createClient(EchoService, transport).echo({})).rejects.toMatchObject({
      code: Code.Unavailable,
    });
    const foreign = authority.issue("spiffe://craic.local/ns/other/sa/x-events");
    await expect(callWith(trusting(foreign))).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  it("lets an operator's certificate through to what is for administrators, and no further", async () => {
    const operator = trusting(authority.issue(`${PREFIX}operator`));
    const echo = echoOver(operator);
    await expect(echo.forAdmins({})).rejects.toMatchObject({ code: Code.Unauthenticated });
    const headers = { authorization: `Bearer ${server.issuer.token({ roles: ["admin"] })}` };
    await expect(echo.forAdmins({}, { headers })).resolves.toBeDefined();
    await expect(echo.echo({}, { headers })).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  it("does not call a server whose certificate is for another service", async () => {
    const tls = createMutualTls(readTls(new Settings(settingsFor(["events"])), ["events"])!, {
      log: createLogger("silent", "events"),
    });
    closing.push(() => tls.close());
    await expect(echoOver(tls.to("venues")).echo({})).rejects.toMatchObject({ code: Code.Unavailable });
    await expect(echoOver(tls.to("wire")).echo({})).resolves.toBeDefined();
  });

  it.each([
    ["clear text", () => grpc.credentials.createInsecure()],
    ["a caller without a certificate", () => trusting()],
    [
      "a certificate of another authority",
      () => trusting(createAuthority("another").issue(`${PREFIX}events`)),
    ],
    [
      "a certificate of another authority that has the same name",
      () => trusting(createAuthority("a mesh").issue(`${PREFIX}events`)),
    ],
    [
      "a certificate that has expired",
      () => trusting(authority.issue(`${PREFIX}events`, { from: new Date(0), to: new Date(86_400_000) })),
    ],
    [
      "a caller that trusts another authority",
      () => trusting(authority.issue(`${PREFIX}events`), createAuthority("another")),
    ],
  ])("refuses %s at the door", async (_, credentials) => {
    const call = callWith(credentials());
    await expect(call).rejects.toMatchObject({ rawMessage: expect.not.stringContaining("127.0.0.1") });
    await expect(call).rejects.toMatchObject({ code: Code.Unavailable });
  });

  it("takes the certificates that a job of the chart makes", async () => {
    const now = new Date();
    const authorities = turnAuthorities(undefined, "craic.party craic.local", now);
    const mesh = {
      release: "craic",
      namespace: "party",
      trustDomain: "craic.local",
      clusterDomain: "cluster.local",
    };
    const made = (service: string) => {
      const { certificate, key, trusted } = turnLeaf(
        undefined,
        namesOf({ ...mesh, services: [service] }, service),
        authorities,
        now,
      );
      const identity = { certificate: Buffer.from(certificate), key: Buffer.from(key) };
      return writeIdentity(mkdtempSync(join(directory, service)), identity, {
        certificate: Buffer.from(trusted),
      });
    };
    const other = await startWire(made("wire"));
    closing.push(() => other.process.drain());
    const caller = await startCaller("events", {
      ...made("events"),
      CRAIC_WIRE_ADDR: `127.0.0.1:${other.process.grpcPort}`,
    });
    const echo = createClient(EchoService, caller.transport);
    expect((await echo.echo({ answerBytes: 1 })).filling).toBe("x");
    await expect(echo.change({})).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  it("is for calls from here alone where CRAIC_GRPC_ACCESS is clear", async () => {
    const door = await startWire({ ...settingsFor(["wire"]), CRAIC_GRPC_ACCESS: "clear" });
    closing.push(() => door.process.drain());
    const echo = echoOver(grpc.credentials.createInsecure(), door.process.grpcPort);
    expect((await echo.echo({ answerBytes: 1 })).filling).toBe("x");
  });
});

describe("settings of mutual TLS", () => {
  const problemsOf = (settings: Record<string, string>, names = ["events"]) => {
    const read = new Settings(settings);
    readTls(read, names);
    try {
      read.check();
      return [];
    } catch (error) {
      return (error as SettingsError).problems;
    }
  };

  it("want a certificate for a service of this process", () => {
    expect(problemsOf(settingsFor(["venues"]))).toEqual([
      'CRAIC_TLS_CERT has no SPIFFE id that ends in "events"',
    ]);
    expect(problemsOf(settingsFor(["venues", "events"]))).toEqual([]);
  });

  it("may say what ids begin with", () => {
    const settings = { ...settingsFor(["events"]), CRAIC_TLS_IDENTITY_PREFIX: "spiffe://elsewhere/" };
    expect(problemsOf(settings)).toEqual([
      "CRAIC_TLS_CERT has no SPIFFE id that begins with spiffe://elsewhere/",
    ]);
  });

  it("want a key that fits", () => {
    const settings = {
      ...settingsFor(["events"]),
      CRAIC_TLS_KEY: settingsFor(["events"]).CRAIC_TLS_KEY as string,
    };
    expect(problemsOf(settings)).toEqual([
      "CRAIC_TLS_CERT, CRAIC_TLS_KEY, CRAIC_TLS_CA: the key is not the certificate's",
    ]);
  });
});

function trusting(identity?: Identity, { certificate } = authority): grpc.ChannelCredentials {
  const anyName = { checkServerIdentity: () => undefined };
  return grpc.credentials.createSsl(
    certificate,
    identity?.key ?? null,
    identity?.certificate ?? null,
    anyName,
  );
}

function transportWith(credentials: grpc.ChannelCredentials, port = server.process.grpcPort) {
  const transport = createGrpcTransport({
    address: `127.0.0.1:${port}`,
    credentials,
    serverName: "wire",
    maxMessageBytes: 10_000,
  });
  closing.push(() => transport.close());
  return transport;
}

const echoOver = (credentials: grpc.ChannelCredentials, port?: number) =>
  createClient(EchoService, transportWith(credentials, port));

async function* none() {}

const callWith = (credentials: grpc.ChannelCredentials) =>
  createClient(AuthService, transportWith(credentials)).getKeySet({}, { timeoutMs: 3_000 });
