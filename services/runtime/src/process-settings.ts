import { readFileSync } from "node:fs";
import { addressSetting } from "./mesh-transport.js";
import type { CraicModule } from "./module.js";
import type { Settings } from "./settings.js";
import { readTracingSettings, type TracingSettings } from "./tracing.js";

/** What every process that hosts services is told. */
export interface ProcessSettings {
  /** The address that all ports are bound to. */
  readonly bind: string;
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Serves metrics and probes. */
  readonly opsPort: number;
  readonly drainMs: number;
  readonly maxMessageBytes: number;
  readonly logLevel: string;
  /** Absent means clear text between services. */
  readonly tls: TlsFiles | undefined;
  readonly tracing: TracingSettings | undefined;
  /** host:port by a service's name, for those that are hosted elsewhere. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** Mutual TLS: both ends of a call between services show a certificate of this authority. */
export interface TlsFiles {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly authority: Buffer;
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
    drainMs: settings.integer("CRAIC_DRAIN_MS", 20_000, 0, 600_000),
    maxMessageBytes: settings.integer("CRAIC_MAX_MESSAGE_BYTES", 1_048_576, 1_024, 268_435_456),
    logLevel: settings.choice(
      "LOG_LEVEL",
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "info",
    ),
    tls: readTls(settings),
    tracing: readTracingSettings(settings),
    addresses: readAddresses(settings, modules),
  };
}

/** The files that CRAIC_TLS_CERT, CRAIC_TLS_KEY and CRAIC_TLS_CA name; undefined when none of them is set. */
export function readTls(settings: Settings): TlsFiles | undefined {
  const names = ["CRAIC_TLS_CERT", "CRAIC_TLS_KEY", "CRAIC_TLS_CA"] as const;
  const paths = names.map((name) => settings.optional(name));
  if (paths.every((path) => path === undefined)) return undefined;
  const [certificate, key, authority] = names.map((name, i) => readFile(settings, name, paths[i]));
  return certificate && key && authority ? { certificate, key, authority } : undefined;
}

function readFile(settings: Settings, name: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) {
    settings.reject(`${name} is not set, but another of CRAIC_TLS_CERT, CRAIC_TLS_KEY and CRAIC_TLS_CA is`);
    return undefined;
  }
  try {
    return readFileSync(path);
  } catch (error) {
    settings.reject(
      `${name} names "${path}", which cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
    return undefined;
  }
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
