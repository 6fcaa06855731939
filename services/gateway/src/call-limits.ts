import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type HandlerContext } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { retryLater } from "@craic/runtime/errors.js";
import type { Registration } from "@craic/runtime/module.js";
import { principalKey } from "@craic/runtime/principal.js";
import { limitedNetwork } from "./client-address.js";
import type { RateLimiter } from "./rate-limiter.js";
import { CLIENT_ADDRESS_HEADER } from "./request-headers.js";

export interface CallLimits {
  /** Of each client, for every call. */
  readonly calls: RateLimiter;
  /** Of each client, for the methods that open sessions: each guess at a password costs the auth service a hash. */
  readonly sessions: RateLimiter;
  /** Calls under way at a time, of all clients together. */
  readonly maxAtOnce: number;
}

const OPENS_SESSION: ReadonlySet<DescMethod> = new Set<DescMethod>([
  SessionService.method.register,
  SessionService.method.logIn,
  AuthService.method.register,
  AuthService.method.logIn,
  AuthService.method.refresh,
]);

/** When to come back after being turned away because too much is under way. */
const BUSY_RETRY_MS = 500;

type Handler = (request: unknown, context: HandlerContext) => unknown;

/**
 * The same handlers, limited. A client that calls too often gets RESOURCE_EXHAUSTED with RetryInfo. When more
 * calls are under way than can be answered in time, further ones get UNAVAILABLE with RetryInfo at once: if
 * all were let in, each would wait for all others, until every one of them came too late.
 */
export function limitCalls(registrations: readonly Registration[], limits: CallLimits): Registration[] {
  let underWay = 0;

  function limited(handle: Handler): Handler {
    return async (request, context) => {
      admit(context, limits);
      if (underWay >= limits.maxAtOnce) {
        throw retryLater(Code.Unavailable, "too much is going on; try again", BUSY_RETRY_MS);
      }
      underWay++;
      try {
        return await handle(request, context);
      } finally {
        underWay--;
      }
    };
  }

  return registrations.map(({ service, implementation }) => {
    const handlers = Object.entries(implementation).map(([name, handle]) => [
      name,
      limited(handle as Handler),
    ]);
    return { service, implementation: Object.fromEntries(handlers) };
  });
}

function admit({ method, requestHeader, values }: HandlerContext, limits: CallLimits): void {
  const { userId } = values.get(principalKey);
  const network = `network ${limitedNetwork(requestHeader.get(CLIENT_ADDRESS_HEADER) ?? "")}`;
  const waitMs =
    limits.calls.take(userId === "" ? network : `user ${userId}`) ||
    (OPENS_SESSION.has(method) ? limits.sessions.take(network) : 0);
  if (waitMs > 0) throw retryLater(Code.ResourceExhausted, "too many calls; slow down", waitMs);
}
