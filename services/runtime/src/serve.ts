import { dirname, join } from "node:path";
import type { Interceptor, Transport } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { collectDefaultMetrics } from "prom-client";
import { emptyClosedStreams } from "./closed-streams.js";
import { createConnectServer } from "./connect-server.js";
import { errorInterceptor } from "./error-interceptor.js";
import { addToServer } from "./grpc-server.js";
import { createHealthBoard } from "./health.js";
import { createInterceptors } from "./interceptors.js";
import { createKeyFinder } from "./key-set.js";
import { createLocalTransport } from "./local-transport.js";
import { createLogger, type Logger } from "./log.js";
import { createMeshTransport } from "./mesh-transport.js";
import { createMetrics } from "./metrics.js";
import type { CraicModule, Registration, RunningModule } from "./module.js";
import { createMutualTls } from "./mutual-tls.js";
import { createOpsServer } from "./ops-server.js";
import { closeGrpc, closeHttp, createGrpcServer, listenGrpc, listenHttp } from "./ports.js";
import { PORT_SETTINGS, type ProcessSettings, readProcessSettings } from "./process-settings.js";
import { reflection } from "./reflection.js";
import { createRemotes } from "./remotes.js";
import { Settings } from "./settings.js";
import { drainOnSignal, exitOn } from "./signals.js";
import { startTracing } from "./tracing.js";
import { UnderWay } from "./under-way.js";

/** Modules with their settings, read and found good. */
export interface ConfiguredProcess {
  readonly own: ProcessSettings;
  readonly modules: readonly CraicModule<unknown>[];
  /** One for each module. */
  readonly configs: readonly unknown[];
}

/** Reads the settings of the process and of all its modules; throws a SettingsError that lists all that is wrong. */
export function configureProcess(
  modules: readonly CraicModule<unknown>[],
  settings: Settings,
): ConfiguredProcess {
  const own = readProcessSettings(settings, modules);
  const configs = modules.map((module) => module.configure(settings));
  settings.check();
  return { own, modules, configs };
}

export interface ProcessOptions {
  /** Made from LOG_LEVEL when absent. */
  readonly log?: Logger;
  /** Told with every span. */
  readonly version?: string;
  /** The folder of a module's migrations, by the module's name. */
  migrationsDir(name: string): string;
}

/** A process that hosts services and takes calls. */
export interface RunningProcess {
  readonly grpcPort: number;
  /** Absent unless a hosted service talks to browsers. */
  readonly httpPort: number | undefined;
  readonly opsPort: number;
  /** Reaches every service. */
  readonly transport: Transport;
  readonly log: Logger;
  /**
   * Is no longer ready, and after CRAIC_LAME_DUCK_MS takes no more calls, lets those under way finish within
   * CRAIC_DRAIN_MS, and closes everything.
   */
  drain(): Promise<void>;
}

/** Starts modules in this process and serves them. */
export async function startProcess(
  { own, modules, configs }: ConfiguredProcess,
  { migrationsDir, version, ...options }: ProcessOptions,
): Promise<RunningProcess> {
  const { bind, maxMessageBytes, drainMs, lameDuckMs } = own;
  const [only, ...others] = modules;
  const name = only !== undefined && others.length === 0 ? only.name : "craic";
  const log = options.log ?? createLogger(own.logLevel, name);
  // grpc-js would write what it finds remarkable to standard error, as bare text.
  const grpcSays = (...words: unknown[]) =>
    log.debug({ grpc: words.join(" ") }, "grpc-js has something to say");
  grpc.setLogger({ error: grpcSays, info: grpcSays, debug: grpcSays });
  emptyClosedStreams();
  const metrics = createMetrics();
  collectDefaultMetrics({ register: metrics });
  const registrations: Registration[] = [];
  const readiness = new Map<string, () => boolean>();
  const health = createHealthBoard(readiness);
  const tracing = own.tracing && (await startTracing(own.tracing, name, version));
  const tls = own.tls && createMutualTls(own.tls, { log, metrics });
  const isMutual = tls !== undefined && own.grpcAccess === "mutual";
  const interceptors = createInterceptors({ log, metrics, tracing, findKey: (keyId) => findKey(keyId) });
  const remotes = createRemotes(own, { interceptors: interceptors.client, tls, log, metrics });
  const mesh = {
    registrations,
    hosted: new Set(modules.map(({ name }) => name)),
    local: createLocalTransport({
      registrations,
      clientInterceptors: interceptors.client,
      serverInterceptors: interceptors.server,
      maxMessageBytes,
    }),
    remote: remotes.to,
  };
  const transport = createMeshTransport(mesh);
  // The keys come by the same way as every other call, so they cannot be there before it.
  const findKey = createKeyFinder(transport);

  let started = false;
  const ops = createOpsServer(metrics, () => started && health.isReady());
  const server = createGrpcServer(maxMessageBytes, own.connectionAgeMs);
  const underWay = new UnderWay();
  const running: RunningModule[] = [];

  async function close(lameDuckMs: number, withinMs: number): Promise<void> {
    health.drain();
    // Connections of browsers and proxies end with the next answer, and not while a request is on its way.
    http?.prependListener("request", (_, response) => {
      response.shouldKeepAlive = false;
    });
    if (lameDuckMs > 0) await new Promise((resolve) => setTimeout(resolve, lameDuckMs));
    for (const module of running) module.drain?.();
    await Promise.all([
      grpcPort && closeGrpc(server, underWay, bind, grpcPort, withinMs),
      http && closeHttp(http, withinMs),
    ]);
    await Promise.allSettled(running.map((module) => module.close()));
    remotes.close();
    await tls?.close();
    await tracing?.shutdown();
    await closeHttp(ops, 0);
  }

  let grpcPort: number | undefined;
  let http: ReturnType<typeof createConnectServer> | undefined;
  let drained: Promise<void> | undefined;
  try {
    const opsPort = await listenHttp(ops, bind, own.opsPort, PORT_SETTINGS.ops);
    await Promise.all(
      modules.map(async (module, i) => {
        const started = await module.start(configs[i], {
          log: log.child({ module: module.name }),
          metrics,
          transport: createMeshTransport({ ...mesh, caller: module.name }),
          migrationsDir: migrationsDir(module.name),
          now: () => new Date(),
        });
        running.push(started);
        registrations.push(...started.registrations);
        for (const { service } of started.registrations)
          readiness.set(service.typeName, started.ready ?? always);
      }),
    );
    const options = { callersOf: isMutual ? tls.callersOf : undefined, underWay };
    for (const registration of registrations) addToServer(server, registration, interceptors.server, options);
    // Open to all, and of no interest to logs and metrics.
    const probes = [health.registration, ...reflection([...registrations, health.registration])];
    for (const probe of probes) addToServer(server, probe, [errorInterceptor(log)]);
    const credentials = isMutual ? tls.server : grpc.ServerCredentials.createInsecure();
    grpcPort = await listenGrpc(server, bind, own.grpcPort, PORT_SETTINGS.grpc, credentials);
    http = httpServer(running, interceptors.server, maxMessageBytes, log);
    const httpPort = http && (await listenHttp(http, bind, own.httpPort, PORT_SETTINGS.http));
    started = true;
    log.info({ grpcPort, httpPort, opsPort }, "ready for calls");
    return {
      grpcPort,
      httpPort,
      opsPort,
      transport,
      log,
      drain() {
        if (drained === undefined) log.info({ lameDuckMs, drainMs }, "finishing the calls under way");
        drained ??= close(lameDuckMs, drainMs);
        return drained;
      },
    };
  } catch (error) {
    await close(0, 0);
    throw error;
  }
}

const always = () => true;

function httpServer(
  running: readonly RunningModule[],
  interceptors: readonly Interceptor[],
  maxMessageBytes: number,
  log: Logger,
) {
  const registrations = running.flatMap(({ web = [] }) => web);
  const facing = running.find(({ http, web }) => http !== undefined || web !== undefined);
  if (facing === undefined) return undefined;
  const { door, http: fallback } = facing;
  return createConnectServer({ registrations, interceptors, door, fallback, maxMessageBytes, log });
}

/**
 * What a main.ts calls: starts modules with the environment's settings and serves until SIGTERM or SIGINT, then
 * drains. A second signal ends the process at once.
 */
export async function serve(modules: readonly CraicModule<unknown>[]): Promise<void> {
  // Bundles have their migrations beside them.
  const home = dirname(process.argv[1] ?? ".");
  let running: RunningProcess;
  try {
    // biome-ignore lint/style/noProcessEnv: this is the body of every main.ts
    const configured = configureProcess(modules, new Settings(process.env));
    running = await startProcess(configured, { migrationsDir: (name) => join(home, "migrations", name) });
  } catch (error) {
    exitOn(error);
  }
  drainOnSignal(running);
}
