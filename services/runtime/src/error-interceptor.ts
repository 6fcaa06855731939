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
    if (error.cause !== undefined && isOurs(error.code)) {
      const { service, method } = request;
      const rpc = `${service.typeName}/${method.name}`;
      log.error({ err: error.cause, rpc, requestId: requestIdOf(request) }, error.rawMessage);
    }
    return error;
  }

  async function* tellingEach({ message }: AnyResponse & { stream: true }, request: AnyRequest) {
    try {
      yield* message;
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

function isOurs(code: Code): boolean {
  return (
    code === Code.Internal || code === Code.Unavailable || code === Code.Unknown || code === Code.DataLoss
  );
}
