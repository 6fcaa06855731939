import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code, createClient } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import * as grpc from "@grpc/grpc-js";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { type Authority, createAuthority, type Identity } from "./certificates.js";
import { createEcho } from "./echo.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { createTokenIssuer } from "./token-issuer.js";
import { startModules, startWire, type WireProcess, waysTo, wireModules } from "./ways.js";

let directory: string;
let authority: Authority;
let server: WireProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "craic-tls-"));
  authority = createAuthority("a mesh");
  server = await startWire(settingsFor("auth"));
});

afterAll(async () => {
  await server.process.drain();
  rmSync(directory, { recursive: true });
});

/** Settings of a process of the mesh, with a certificate of its own. */
function settingsFor(name: string): Record<string, string> {
  const { certificate, key } = authority.issue(`spiffe://craic/${name}`);
  const write = (file: string, content: Buffer) => {
    const path = join(directory, `${name}-${file}`);
    writeFileSync(path, content);
    return path;
  };
  return {
    CRAIC_TLS_CERT: write("cert.pem", certificate),
    CRAIC_TLS_KEY: write("key.pem", key),
    CRAIC_TLS_CA: write("ca.pem", authority.certificate),
  };
}

async function callWith(credentials: grpc.ChannelCredentials): Promise<unknown> {
  const address = `127.0.0.1:${server.process.grpcPort}`;
  const transport = createGrpcTransport({ address, credentials, maxMessageBytes: 10_000 });
  try {
    return await createClient(AuthService, transport).getKeySet({}, { timeoutMs: 3_000 });
  } finally {
    transport.close();
  }
}

const trusting = (identity?: Identity, { certificate } = authority) =>
  grpc.credentials.createSsl(certificate, identity?.key ?? null, identity?.certificate ?? null);

describe("mutual TLS", () => {
  it("lets one service of the mesh call another", async () => {
    const issuer = createTokenIssuer();
    const echo = createEcho(() => caller.transport);
    const [wireModule] = wireModules(echo, issuer);
    const settings = { ...settingsFor("wire"), CRAIC_AUTH_ADDR: `127.0.0.1:${server.process.grpcPort}` };
    const caller = await startModules([wireModule!], settings);
    const { ways, close } = waysTo(caller);
    const client = createClient(EchoService, ways.find(({ name }) => name === "in process")!.transport);
    // The keys that the token is verified with come from the other process.
    const headers = { authorization: `Bearer ${server.issuer.token({ sub: "user-3" })}` };
    expect(await client.forUsers({}, { headers })).toMatchObject({ userId: "user-3" });
    close();
    await caller.drain();
  });

  it("takes a certificate of its own authority", async () => {
    await callWith(trusting(authority.issue("spiffe://craic/events")));
  });

  it.each([
    ["clear text", () => grpc.credentials.createInsecure()],
    ["a caller without a certificate", () => trusting()],
    [
      "a certificate of another authority",
      () => trusting(createAuthority("another").issue("spiffe://craic/events")),
    ],
    [
      "a caller that trusts another authority",
      () => trusting(authority.issue("x"), createAuthority("another")),
    ],
  ])("refuses %s", async (_, credentials) => {
    const call = callWith(credentials());
    await expect(call).rejects.toMatchObject({ rawMessage: expect.not.stringContaining("127.0.0.1") });
    await expect(call).rejects.toMatchObject({ code: Code.Unavailable });
  });
});
