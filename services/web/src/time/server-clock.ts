import type { Interceptor } from "@connectrpc/connect";

/**
 * The server's time, by the Date header of its answers. A person's clock may be minutes off, and
 * the server refuses feedback from its future.
 */
export interface ServerClock {
  now(): Date;
  readonly interceptor: Interceptor;
}

/** Less than this is as likely the network's doing, and the header counts in whole seconds. */
const TOLERATED_MS = 5_000;

export function createServerClock(localNow: () => Date): ServerClock {
  let aheadMs = 0;
  return {
    now: () => new Date(localNow().getTime() + aheadMs),
    interceptor: (next) => async (request) => {
      const response = await next(request);
      const serverMs = Date.parse(response.header.get("date") ?? "");
      const measuredMs = serverMs - localNow().getTime();
      if (Number.isFinite(measuredMs)) aheadMs = Math.abs(measuredMs) > TOLERATED_MS ? measuredMs : 0;
      return response;
    },
  };
}
