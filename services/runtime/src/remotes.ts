import type { DescMethod } from "@bufbuild/protobuf";
import type { Interceptor, Transport } from "@connectrpc/connect";
import type { CircuitState } from "./circuit-breaker.js";
import { createGrpcTransport, type GrpcTransport } from "./grpc-transport.js";
import type { GuardOptions, MethodGuard } from "./guarded-calls.js";
import type { Logger } from "./log.js";
import type { Metrics } from "./metrics.js";
import type { MutualTls } from "./mutual-tls.js";
import type { ProcessSettings } from "./process-settings.js";
import { type MetricSample, publishMetric } from "./published-metric.js";
import { metricNames } from "./telemetry.js";

/** The gRPC transports to the services that are hosted elsewhere, each made when it is first used. */
export interface Remotes {
  /** The transport to the service of a name; undefined when no setting says where it is. */
  to(name: string): Transport | undefined;
  close(): void;
}

export interface RemotesOptions {
  readonly interceptors: readonly Interceptor[];
  /** Absent for clear text. */
  readonly tls: MutualTls | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export function createRemotes(
  {
    addresses,
    maxMessageBytes,
    maxCallsAtOnce,
  }: Pick<ProcessSettings, "addresses" | "maxMessageBytes" | "maxCallsAtOnce">,
  { interceptors, tls, log, metrics }: RemotesOptions,
): Remotes {
  const transports = new Map<string, GrpcTransport>();
  publishGuards(metrics, transports);

  function open(name: string, address: string): GrpcTransport {
    return createGrpcTransport({
      address,
      credentials: tls?.to(name),
      serverName: tls && name,
      interceptors,
      maxMessageBytes,
      guard: {
        maxCallsAtOnce,
        onCircuit: circuitLog(name, log),
      },
    });
  }

  return {
    to(name: string): Transport | undefined {
      const address = addresses.get(name);
      if (address === undefined) return undefined;
      let transport = transports.get(name);
      if (transport === undefined) {
        transport = open(name, address);
        transports.set(name, transport);
      }
      return transport;
    },
    close() {
      for (const transport of transports.values()) transport.close();
    },
  };
}

/** Tells when a method begins to fail and when it works again, and not of each attempt in between. */
function circuitLog(peer: string, log: Logger): NonNullable<GuardOptions["onCircuit"]> {
  const failing = new Set<DescMethod>();
  return (method, state) => {
    const fields = { peer, rpc: `${method.parent.typeName}/${method.name}` };
    if (state === "open" && !failing.has(method)) {
      failing.add(method);
      log.warn(fields, "nearly every call fails: the circuit is open");
    } else if (state === "closed" && failing.delete(method)) {
      log.info(fields, "calls succeed again: the circuit is closed");
    }
  };
}

const CIRCUIT_STATES: Record<CircuitState, number> = { closed: 0, probing: 1, open: 2 };

function publishGuards(metrics: Metrics, transports: ReadonlyMap<string, GrpcTransport>): void {
  const { retries, refused, circuit } = metricNames.client;
  const each = (sample: (guard: MethodGuard) => readonly MetricSample[]) => () =>
    [...transports].flatMap(([peer, { calls }]) =>
      calls.guards.flatMap((guard) => {
        const of = { peer, service: guard.method.parent.typeName, method: guard.method.name };
        return sample(guard).map(({ labels, value }) => ({ labels: { ...of, ...labels }, value }));
      }),
    );
  const readRetries = each(({ retries: value }) => [{ labels: {}, value }]);
  const readRefused = each(({ refusedByCircuit, refusedByCrowd }) => [
    { labels: { reason: "circuit" }, value: refusedByCircuit },
    { labels: { reason: "crowd" }, value: refusedByCrowd },
  ]);
  const readCircuits = each(({ circuit: { state } }) => [{ labels: {}, value: CIRCUIT_STATES[state] }]);
  publishMetric(metrics, retries, "Calls made again from here", "counter", readRetries);
  publishMetric(metrics, refused, "Calls that were not made from here, by reason", "counter", readRefused);
  publishMetric(metrics, circuit, "Circuits: 0 closed, 1 being tried, 2 open", "gauge", readCircuits);
}
