import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Span } from "@opentelemetry/api";
import { type AnyRequest, type AnyResponse, Call, withMessage } from "./call.js";
import { moduleName } from "./call-graph.js";
import { codeName } from "./code-name.js";
import type { Logger } from "./log.js";
import { requestIdOf } from "./request-id.js";
import type { RpcMetrics } from "./rpc-metrics.js";
import { throttledWarning } from "./throttled-warning.js";
import { endSpan, type Tracing } from "./tracing.js";
import { watched } from "./watched.js";

export interface ServerObservation {
  readonly log: Logger;
  readonly metrics: RpcMetrics;
  readonly tracing: Tracing | undefined;
}

/** A method that fails in one way is warned of once in so many milliseconds: when all do, time to answer is short. */
const WARN_EVERY_MS = 100;

/**
 * Counts, times and traces every call that is answered here, and logs it: at debug each of them, otherwise warnings of
 * those that failed for a reason of ours.
 */
export function serverObservation({ log, metrics, tracing }: ServerObservation): Interceptor {
  const warn = throttledWarning(log, WARN_EVERY_MS, () => new Date());
  return observation(
    metrics,
    callerOf,
    (request) => tracing?.serverSpan(request),
    (request, code, ms, span) => {
      const isEachTold = log.isLevelEnabled("debug");
      if (!isEachTold && !isFault(code)) return;
      const { service, method } = request;
      const told = {
        rpc: `${service.typeName}/${method.name}`,
        code: codeName(code),
        ms: Math.round(ms * 1_000) / 1_000,
        requestId: requestIdOf(request),
        traceId: span?.spanContext().traceId,
      };
      if (isEachTold) log[isFault(code) ? "warn" : "debug"](told, "answered");
      else warn(`${told.rpc} ${told.code}`, told, "answered");
    },
  );
}

/** Counts, times and traces every call that is made from here. */
export function clientObservation({ metrics, tracing }: Omit<ServerObservation, "log">): Interceptor {
  return observation(metrics, calleeOf, (request) => tracing?.clientSpan(request));
}

type Ended = (request: AnyRequest, code: Code | undefined, ms: number, span: Span | undefined) => void;

/** The service that a call comes from, by its certificate; else how it came, such as "connect". */
function callerOf(request: AnyRequest): string {
  if (!(request instanceof Call)) return "";
  return request.callers?.[0] ?? request.protocolName;
}

const callees = new Map<DescService, string>();

function calleeOf({ service }: AnyRequest): string {
  let name = callees.get(service);
  if (name === undefined) {
    name = moduleName(service);
    callees.set(service, name);
  }
  return name;
}

function observation(
  metrics: RpcMetrics,
  peerOf: (request: AnyRequest) => string,
  begin: (request: AnyRequest) => Span | undefined,
  ended?: Ended,
): Interceptor {
  return (next) => async (request) => {
    const count = metrics.begin(request.method, peerOf(request));
    const span = begin(request);
    const end = (thrown?: unknown) => {
      // An answer that nobody waits for any more is none.
      const failure = thrown ?? (request instanceof Call ? request.abortReason : undefined);
      const code = failure === undefined ? undefined : ConnectError.from(failure).code;
      const ms = count(code);
      if (span !== undefined) endSpan(span, code, isFault(code));
      ended?.(request, code, ms, span);
    };
    try {
      const response = await next(request);
      if (response.stream) return withMessage<AnyResponse>(response, watched(response.message, end));
      end();
      return response;
    } catch (failure) {
      end(failure);
      throw failure;
    }
  };
}

/** Codes that say something is wrong with us, not with the request. */
function isFault(code: Code | undefined): boolean {
  switch (code) {
    case Code.Unknown:
    case Code.DeadlineExceeded:
    case Code.Internal:
    case Code.Unavailable:
    case Code.DataLoss:
      return true;
    default:
      return false;
  }
}
