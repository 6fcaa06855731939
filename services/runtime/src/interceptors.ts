import type { Interceptor } from "@connectrpc/connect";
import { access } from "./access.js";
import type { FindKey } from "./access-token.js";
import { callers } from "./callers.js";
import { errorInterceptor } from "./error-interceptor.js";
import type { Logger } from "./log.js";
import type { Metrics } from "./metrics.js";
import { clientObservation, serverObservation } from "./observation.js";
import { requestId } from "./request-id.js";
import { RpcMetrics } from "./rpc-metrics.js";
import { metricNames } from "./telemetry.js";
import type { Tracing } from "./tracing.js";
import { validation } from "./validation.js";

/** What stands around every call of a process, the outermost first. */
export interface Interceptors {
  readonly client: readonly Interceptor[];
  readonly server: readonly Interceptor[];
}

export function createInterceptors(process: {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly findKey: FindKey;
}): Interceptors {
  const { log, tracing, findKey } = process;
  const made = new RpcMetrics(process.metrics, metricNames.client, "made from here");
  const answered = new RpcMetrics(process.metrics, metricNames.server, "answered here");
  return {
    client: [clientObservation({ metrics: made, tracing })],
    server: [
      requestId(),
      // Sees errors as the caller will.
      serverObservation({ log, metrics: answered, tracing }),
      errorInterceptor(log),
      callers(log),
      // Nobody learns from a rule's violation about what they may not call.
      access(findKey),
      validation(),
    ],
  };
}
