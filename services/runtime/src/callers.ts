import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectError, type Interceptor } from "@connectrpc/connect";
import { Call } from "./call.js";
import { callersAllowed } from "./call-graph.js";
import { reasoned } from "./errors.js";
import type { Logger } from "./log.js";
import { throttledWarning } from "./throttled-warning.js";

const WARN_EVERY_MS = 10_000;

/**
 * Refuses what comes from a service that the method does not name among its callers. Only calls over mutual TLS say
 * which service they come from; the others are let through here, and are a matter of where the port can be reached from.
 */
export function callers(log: Pick<Logger, "warn">, now: () => Date = () => new Date()): Interceptor {
  const allowed = new Map<DescMethod, ReadonlySet<string>>();
  const warn = throttledWarning(log, WARN_EVERY_MS, now);
  return (next) => (request) => {
    const names = request instanceof Call ? request.callers : undefined;
    if (names === undefined) return next(request);
    const { method } = request;
    let open = allowed.get(method);
    if (open === undefined) {
      open = callersAllowed(method);
      allowed.set(method, open);
    }
    for (const name of names) if (open.has(name)) return next(request);
    const rpc = `${method.parent.typeName}/${method.name}`;
    warn(`${rpc} ${names}`, { rpc, callers: names }, "refused a service that may not call this");
    return Promise.reject(callerNotAllowed(method, names.join(", ") || "nobody that is known here"));
  };
}

/** PERMISSION_DENIED for a service; what a person may do is for the access interceptor. */
export function callerNotAllowed(method: DescMethod, caller: string): ConnectError {
  const sentence = `${caller} may not call ${method.parent.typeName}/${method.name}`;
  return reasoned(Code.PermissionDenied, "CALLER_NOT_ALLOWED", sentence);
}
