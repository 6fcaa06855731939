import { Code, type ConnectError, type Interceptor } from "@connectrpc/connect";
import { type AnyRequest, type AnyResponse, Call, withMessage } from "./call.js";
import type { Logger } from "./log.js";
import { requestIdOf } from "./request-id.js";
import { publicError } from "./wire-error.js";

/**
 * Turns whatever a handler throws into what a caller may be told, and logs once, with its cause, what the
 * caller may not.
 */
export function errorInterceptor(log: Logger): Interceptor {
  function told(reason: unknown, request: AnyRequest): ConnectError {
    const error = publicError(reason, request instanceof Call ? request.abortReason : undefined);
    if (error.cause !== undefined && isFault(error.code)) {
      const { service, method } = request;
      const fields = {
        err: error.cause,
        rpc: `${service.typeName}/${method.name}`,
        requestId: requestIdOf(request),
      };
      log.error(fields, "a call failed for a reason of our own");
    }
    return error;
  }

  async function* tellingEach(response: AnyResponse & { stream: true }, request: AnyRequest) {
    try {
      yield* response.message;
    } catch (reason) {
      throw told(reason, request);
    }
  }

  return (next) => async (request) => {
    try {
      const response = await next(request);
      return response.stream ? withMessage<AnyResponse>(response, tellingEach(response, request)) : response;
    } catch (reason) {
      throw told(reason, request);
    }
  };
}

/** Codes that say something is wrong with us, not with the request. */
export function isFault(code: Code): boolean {
  return (
    code === Code.Unknown || code === Code.Internal || code === Code.Unavailable || code === Code.DataLoss
  );
}
