import { addressSetting } from "./mesh-transport.js";
import type { CraicModule } from "./module.js";
import { DEFAULT_CALLS_AT_ONCE } from "./outgoing.js";
import type { Settings } from "./settings.js";
import { readTls, type TlsSettings } from "./tls-settings.js";
import { readTracingSettings, type TracingSettings } from "./tracing.js";

/** What every process that hosts services is told. */
export interface ProcessSettings {
  /** The address that all ports are bound to. */
  readonly bind: string;
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Serves metrics and probes. */
  readonly opsPort: number;
  /** How long calls are still taken once the process has said that it stops, so that callers can hear of it. */
  readonly lameDuckMs: number;
  readonly drainMs: number;
  /** How long a caller may keep its connection, after which it makes another and finds replicas that have come. */
  readonly connectionAgeMs: number;
  /** Calls that may be under way from here to one service at a time. */
  readonly maxCallsAtOnce: number;
  readonly maxMessageBytes: number;
  readonly logLevel: string;
  /** Absent means clear text between services. */
  readonly tls: TlsSettings | undefined;
  /** Whether callers of the gRPC port need certificates, where there is `tls`; not where programs outside call it. */
  readonly grpcAccess: "mutual" | "clear";
  readonly tracing: TracingSettings | undefined;
  /** host:port by a service's name, for those that are hosted elsewhere. */
  readonly addresses: ReadonlyMap<string, string>;
}

export const PORT_SETTINGS = {
  grpc: "CRAIC_GRPC_PORT",
  http: "CRAIC_HTTP_PORT",
  ops: "CRAIC_OPS_PORT",
} as const;

export function readProcessSettings(
  settings: Settings,
  modules: readonly CraicModule<unknown>[],
): ProcessSettings {
  return {
    bind: settings.string("CRAIC_BIND", "127.0.0.1"),
    grpcPort: settings.integer(PORT_SETTINGS.grpc, 50051, 0, 65_535),
    httpPort: settings.integer(PORT_SETTINGS.http, 8080, 0, 65_535),
    opsPort: settings.integer(PORT_SETTINGS.ops, 9464, 0, 65_535),
    lameDuckMs: settings.integer("CRAIC_LAME_DUCK_MS", 0, 0, 600_000),
    drainMs: settings.integer("CRAIC_DRAIN_MS", 20_000, 0, 600_000),
    connectionAgeMs: settings.integer("CRAIC_CONNECTION_AGE_MS", 60_000, 100, 3_600_000),
    maxCallsAtOnce: settings.integer("CRAIC_PEER_CALLS_AT_ONCE", DEFAULT_CALLS_AT_ONCE, 1, 100_000),
    maxMessageBytes: settings.integer("CRAIC_MAX_MESSAGE_BYTES", 1_048_576, 1_024, 268_435_456),
    logLevel: settings.choice(
      "LOG_LEVEL",
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "info",
    ),
    tls: readTls(
      settings,
      modules.map(({ name }) => name),
    ),
    grpcAccess: readGrpcAccess(settings),
    tracing: readTracingSettings(settings),
    addresses: readAddresses(settings, modules),
  };
}

/** Who may call the gRPC port of a process that has a certificate: holders of another one, or anybody in clear text. */
export function readGrpcAccess(settings: Settings): "mutual" | "clear" {
  return settings.choice("CRAIC_GRPC_ACCESS", ["mutual", "clear"], "mutual");
}

const ADDRESS_SETTING = /^CRAIC_([A-Z0-9]+)_ADDR$/;
const ADDRESS = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$|^(?:dns|ipv4|ipv6|unix):\S+$/i;

function readAddresses(
  settings: Settings,
  modules: readonly CraicModule<unknown>[],
): ReadonlyMap<string, string> {
  const hosted = new Set(modules.map(({ name }) => name));
  // Every service verifies access tokens with the keys that auth publishes.
  const called = ["auth", ...modules.flatMap(({ calls = [] }) => calls)];
  const needed = new Set(called.filter((name) => !hosted.has(name)));
  const told = settings.names().flatMap((name) => ADDRESS_SETTING.exec(name)?.[1]?.toLowerCase() ?? []);
  const addresses = new Map<string, string>();
  for (const name of new Set([...needed, ...told])) {
    const setting = addressSetting(name);
    const address = needed.has(name) ? settings.string(setting) : settings.optional(setting);
    if (!address) continue;
    if (ADDRESS.test(address)) addresses.set(name, address);
    else settings.reject(`${setting} is "${address}", not of the form host:port`);
  }
  return addresses;
}
