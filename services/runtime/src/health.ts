import type { HandlerContext } from "@connectrpc/connect";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "@craic/proto/grpc/health/v1/health_pb.js";
import { notFound } from "./errors.js";
import { type Registration, register } from "./module.js";

/** How often a watched service is asked whether it is ready, in milliseconds. */
const WATCH_INTERVAL_MS = 500;

/** Tells callers, load balancers and kubelets whether this process takes calls. */
export interface HealthBoard {
  readonly registration: Registration;
  /** Whether every service is ready and the process is not draining. */
  isReady(): boolean;
  /** From now on nothing here is ready; watchers are told so and let go. */
  drain(): void;
}

/** @param readiness whether each service is ready, by its full name */
export function createHealthBoard(readiness: ReadonlyMap<string, () => boolean>): HealthBoard {
  let draining = false;
  const drained = new AbortController();

  function statusOf(service: string): Status {
    if (service === "") return isReady() ? Status.SERVING : Status.NOT_SERVING;
    const ready = readiness.get(service);
    if (ready === undefined) return Status.SERVICE_UNKNOWN;
    return !draining && ready() ? Status.SERVING : Status.NOT_SERVING;
  }

  function isReady(): boolean {
    return !draining && [...readiness.values()].every((ready) => ready());
  }

  const registration = register(Health, {
    check({ service }) {
      const status = statusOf(service);
      if (status === Status.SERVICE_UNKNOWN) throw notFound("service", service);
      return { status };
    },
    async *watch({ service }, { signal }: HandlerContext) {
      let told: Status | undefined;
      while (!signal.aborted) {
        const status = statusOf(service);
        if (status !== told) yield { status };
        told = status;
        if (draining) return;
        await pause(WATCH_INTERVAL_MS, signal, drained.signal);
      }
    },
  });
  return {
    registration,
    isReady,
    drain() {
      draining = true;
      drained.abort();
    },
  };
}

/** Waits, but no longer than until one of the signals. */
function pause(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    for (const signal of signals) {
      if (signal.aborted) done();
      else signal.addEventListener("abort", done);
    }
  });
}
