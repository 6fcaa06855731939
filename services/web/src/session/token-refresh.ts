import type { Interceptor } from "@connectrpc/connect";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { reasonOf } from "../failure.js";

/**
 * A call that failed because its access token ran out is made again, once, after the session has
 * been refreshed. Calls that fail together share one refresh.
 *
 * @param refresh calls GetSession, which sets new cookies
 */
export function refreshExpiredToken(refresh: () => Promise<unknown>): Interceptor {
  let refreshing: Promise<unknown> | undefined;
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      // The refresh itself must not wait for itself.
      if (request.service.typeName === SessionService.typeName) throw error;
      if (reasonOf(error) !== "TOKEN_EXPIRED") throw error;
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      await refreshing;
      return next(request);
    }
  };
}
