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
}

const OPENS_SESSION: ReadonlySet<DescMethod> = new Set<DescMethod>([
  SessionService.method.register,
  SessionService.method.logIn,
  AuthService.method.register,
  AuthService.method.logIn,
  AuthService.method.refresh,
]);

type Handler = (request: unknown, context: HandlerContext) => unknown;

/** The same handlers, each of which lets a client in at its rate only. */
export function limitCalls({ service, implementation }: Registration, limits: CallLimits): Registration {
  const handlers = Object.entries(implementation).map(([name, handle]) => [
    name,
    (request: unknown, context: HandlerContext) => {
      admit(context, limits);
      return (handle as Handler)(request, context);
    },
  ]);
  return { service, implementation: Object.fromEntries(handlers) };
}

/** RESOURCE_EXHAUSTED with RetryInfo when the client has used up its bucket. */
function admit({ method, requestHeader, values }: HandlerContext, limits: CallLimits): void {
  const { userId } = values.get(principalKey);
  const network = `network ${limitedNetwork(requestHeader.get(CLIENT_ADDRESS_HEADER) ?? "")}`;
  const waitMs =
    limits.calls.take(userId === "" ? network : `user ${userId}`) ||
    (OPENS_SESSION.has(method) ? limits.sessions.take(network) : 0);
  if (waitMs > 0) throw retryLater(Code.ResourceExhausted, "too many calls; slow down", waitMs);
}
