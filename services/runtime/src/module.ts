import type { IncomingMessage, ServerResponse } from "node:http";
import type { DescService } from "@bufbuild/protobuf";
import type { ServiceImpl, Transport } from "@connectrpc/connect";
import type { Logger } from "./log.js";
import type { Metrics } from "./metrics.js";
import type { Settings } from "./settings.js";

/** A Protobuf service and the handlers that answer it. Handlers that are missing answer UNIMPLEMENTED. */
export interface Registration {
  readonly service: DescService;
  // biome-ignore lint/suspicious/noExplicitAny: the pairing was checked by register(), where both types were known
  readonly implementation: Partial<ServiceImpl<any>>;
}

/** Pairs a service with its handlers, checking that they belong together. */
export function register<S extends DescService>(
  service: S,
  implementation: Partial<ServiceImpl<S>>,
): Registration {
  return { service, implementation };
}

/** What a process gives to each module that it hosts. */
export interface Host {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Reaches every Craic service, in this process where it is hosted here and over gRPC otherwise. */
  readonly transport: Transport;
  /** Folder of this module's migrations. */
  readonly migrationsDir: string;
  readonly now: () => Date;
}

/** One Craic service, as a process hosts it. */
export interface CraicModule<Config> {
  /** The folder's name under services/. */
  readonly name: string;
  /**
   * Names of the services that this one calls. Where one of them is hosted elsewhere, its address must be set
   * (CRAIC_EVENTS_ADDR for "events").
   */
  readonly calls?: readonly string[];
  /** Reads this module's settings; what is wrong with them is collected in `settings`. */
  configure(settings: Settings): Config;
  /**
   * Makes the module's dependencies and its handlers. Other services may not be up yet: a module that
   * needs one keeps trying in the background and says in `ready` when it can serve.
   */
  start(config: Config, host: Host): Promise<RunningModule>;
}

/** A module that has started. */
export interface RunningModule {
  /** Served over gRPC, and to the other services in this process. */
  readonly registrations: readonly Registration[];
  /** Served to browsers: over Connect and gRPC-Web, on the HTTP port. */
  readonly web?: readonly Registration[];
  /** Whether calls can be answered in full; health and readiness follow it. Absent means always. */
  readonly ready?: () => boolean;
  /**
   * Looks at every request on the HTTP port before anybody else, and may change its headers. False when it
   * has answered the request itself.
   */
  readonly door?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers what the HTTP port is asked beyond the calls of `web`. */
  readonly http?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Called when no more calls are taken: ends those that would go on for as long as their callers like. */
  readonly drain?: () => void;
  /** Called after the last call has been answered. */
  close(): Promise<void>;
}
