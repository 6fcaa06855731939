import { type AddressInfo, createServer } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { createAuthority, type Identity } from "../../../../tests/wire/certificates.js";
import type { TlsFiles } from "../certificate-files.js";
import { addToServer } from "../grpc-server.js";
import { createHealthBoard } from "../health.js";
import { createGrpcServer, listenGrpc } from "../ports.js";
import { probeHealth } from "./probe.js";

const LOOPBACK = "127.0.0.1";
const ENOUGH_MS = 10_000;
const mesh = createAuthority("a mesh");
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that says how it is. */
async function serve({
  isReady = () => true,
  identity,
}: {
  isReady?: () => boolean;
  identity?: Identity;
} = {}) {
  const server = createGrpcServer(10_000, 60_000);
  closing.push(() => server.forceShutdown());
  addToServer(server, createHealthBoard(new Map([["a.Service", isReady]])).registration, []);
  const pair = identity && { cert_chain: identity.certificate, private_key: identity.key };
  const credentials = pair
    ? grpc.ServerCredentials.createSsl(mesh.certificate, [pair], true)
    : grpc.ServerCredentials.createInsecure();
  return listenGrpc(server, LOOPBACK, 0, "CRAIC_GRPC_PORT", credentials);
}

/** Takes connections and says nothing on them. */
async function listenSilently(): Promise<number> {
  const server = createServer();
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return (server.address() as AddressInfo).port;
}

function probe(grpcPort: number, tls?: TlsFiles, { bind = LOOPBACK, timeoutMs = ENOUGH_MS } = {}) {
  return probeHealth({ bind, grpcPort, tls }, timeoutMs);
}

const filesOf = ({ certificate, key }: Identity, authority = mesh): TlsFiles => ({
  certificate,
  key,
  authority: authority.certificate,
});

describe("the health probe", () => {
  it("finds nothing wrong with a process that takes calls", async () => {
    expect(await probe(await serve())).toBeUndefined();
  });

  it("reaches a process that listens on every address", async () => {
    expect(await probe(await serve(), undefined, { bind: "0.0.0.0" })).toBeUndefined();
  });

  it("says that a process is not ready", async () => {
    expect(await probe(await serve({ isReady: () => false }))).toBe("NOT_SERVING");
  });

  it("says why nobody can be reached", async () => {
    const port = await listenSilently();
    for (const close of closing.splice(0)) close();
    expect(await probe(port)).toContain("ECONNREFUSED");
  });

  it("gives up on a process that does not answer", async () => {
    expect(await probe(await listenSilently(), undefined, { timeoutMs: 30 })).toBe("no answer within 30 ms");
  });

  it("says with which status a process has refused", async () => {
    const server = createGrpcServer(10_000, 60_000);
    closing.push(() => server.forceShutdown());
    const insecure = grpc.ServerCredentials.createInsecure();
    const port = await listenGrpc(server, LOOPBACK, 0, "CRAIC_GRPC_PORT", insecure);
    expect(await probe(port)).toBe("answered with gRPC status 12");
  });

  it("shows its certificate where one is wanted", async () => {
    const identity = mesh.issue("spiffe://craic/events");
    const port = await serve({ identity });
    expect(await probe(port, filesOf(identity))).toBeUndefined();
    expect(await probe(port)).toEqual(expect.any(String));
  });

  it("does not believe a process of another authority", async () => {
    const identity = mesh.issue("spiffe://craic/events");
    const port = await serve({ identity });
    const another = createAuthority("another");
    expect(await probe(port, filesOf(identity, another))).toMatch(/certificate/);
  });
});
