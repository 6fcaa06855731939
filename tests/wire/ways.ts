import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { createGrpcTransport } from "../../services/runtime/src/grpc-transport.js";
import { createLogger, type Logger } from "../../services/runtime/src/log.js";
import type { CraicModule } from "../../services/runtime/src/module.js";
import { configureProcess, type RunningProcess, startProcess } from "../../services/runtime/src/serve.js";
import { Settings } from "../../services/runtime/src/settings.js";
import { createBareTransport } from "./bare-transport.js";
import { createEcho, type Echo } from "./echo.js";
import { EchoService } from "./gen/wire/v1/echo_service_pb.js";
import { createTokenIssuer, type TokenIssuer } from "./token-issuer.js";

export const MAX_MESSAGE_BYTES = 1_048_576;

/** A process that serves the echo service and the keys that its tokens are verified with. */
export interface WireProcess {
  readonly process: RunningProcess;
  readonly echo: Echo;
  readonly issuer: TokenIssuer;
}

/** The echo service and the key set, as modules of a process. */
export function wireModules(echo: Echo, issuer: TokenIssuer, ready?: () => boolean): CraicModule<unknown>[] {
  const configure = () => ({});
  const close = async () => {};
  const { registration } = echo;
  return [
    {
      name: "wire",
      configure,
      start: async () => ({ registrations: [registration], web: [registration], ready, close }),
    },
    { name: "auth", configure, start: async () => ({ registrations: [issuer.registration], close }) },
  ];
}

export async function startWire(
  settings: Readonly<Record<string, string>> = {},
  { log = createLogger("silent", "wire"), ready }: { log?: Logger; ready?: () => boolean } = {},
): Promise<WireProcess> {
  let running: RunningProcess | undefined;
  const echo = createEcho(() => running!.transport);
  const issuer = createTokenIssuer();
  running = await startModules(wireModules(echo, issuer, ready), settings, log);
  return { process: running, echo, issuer };
}

/** Starts a process on ports that are free. */
export async function startModules(
  modules: readonly CraicModule<unknown>[],
  settings: Readonly<Record<string, string>>,
  log = createLogger("silent", "wire"),
): Promise<RunningProcess> {
  const environment = { ...ANY_PORTS, CRAIC_DRAIN_MS: "5000", ...settings };
  const configured = configureProcess(modules, new Settings(environment));
  return startProcess(configured, { log, migrationsDir: (name) => name });
}

export const ANY_PORTS = { CRAIC_GRPC_PORT: "0", CRAIC_HTTP_PORT: "0", CRAIC_OPS_PORT: "0" };

/** One way to call. */
export interface Way {
  readonly name: string;
  readonly transport: Transport;
}

/** Every way to call what a process serves. `close` lets go of their connections. */
export function waysTo({ grpcPort, httpPort, transport }: RunningProcess): { ways: Way[]; close(): void } {
  const address = `127.0.0.1:${grpcPort}`;
  const http = { baseUrl: `http://127.0.0.1:${httpPort}`, httpVersion: "1.1" } as const;
  const bare = createBareTransport(address);
  const grpc = createGrpcTransport({ address, maxMessageBytes: 8 * MAX_MESSAGE_BYTES });
  const ways: Way[] = [
    { name: "bare grpc-js", transport: bare },
    { name: "gRPC transport", transport: grpc },
    {
      name: "Connect, JSON",
      transport: createConnectTransport({ ...http, useBinaryFormat: false }),
    },
    {
      name: "Connect, binary",
      transport: createConnectTransport({ ...http, useBinaryFormat: true }),
    },
    { name: "gRPC-Web", transport: createGrpcWebTransport({ ...http }) },
    { name: "in process", transport },
  ];
  return {
    ways,
    close() {
      bare.close();
      grpc.close();
    },
  };
}

/** A process for the tests of the file that calls this, and a client of it over every way. */
export function wireForAllTests() {
  let wire: WireProcess;
  let to: ReturnType<typeof waysTo>;
  beforeAll(async () => {
    wire = await startWire();
    to = waysTo(wire.process);
  });
  afterAll(async () => {
    to.close();
    await wire.process.drain();
  });
  return {
    get echo() {
      return wire.echo;
    },
    get issuer() {
      return wire.issuer;
    },
    clientBy(name: string): Client<typeof EchoService> {
      return createClient(EchoService, to.ways.find((way) => way.name === name)!.transport);
    },
  };
}

export const WAY_NAMES = [
  "bare grpc-js",
  "gRPC transport",
  "Connect, JSON",
  "Connect, binary",
  "gRPC-Web",
  "in process",
] as const;
