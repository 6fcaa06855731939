import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { callUnaryMethod, createConnectQueryKey } from "@connectrpc/connect-query";
import { createConnectTransport } from "@connectrpc/connect-web";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { QueryClient } from "@tanstack/react-query";
import { isPassing, retryAfterMs } from "./failure.js";
import { createReadAfterWrite, type ReadAfterWrite } from "./feedback/read-after-write.js";
import { refreshExpiredToken } from "./session/token-refresh.js";
import { createServerClock, type ServerClock } from "./time/server-clock.js";

/** What the page speaks to its gateway with. */
export interface Api {
  readonly transport: Transport;
  readonly queries: QueryClient;
  readonly clock: ServerClock;
  readonly readAfterWrite: ReadAfterWrite;
}

const CALL_TIMEOUT_MS = 15_000;
const MINUTE_MS = 60_000;

/** Calls back after a while; returns what takes that back. */
export function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

/** The page, and what a person did on it, outlive a session that ended elsewhere: somebody has to notice. */
function interceptLogOut(onLogOut: () => void): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      // To log in with a wrong password is no end of a session.
      const isSession = request.service.typeName === SessionService.typeName;
      if (!isSession && ConnectError.from(error).code === Code.Unauthenticated) onLogOut();
      throw error;
    }
  };
}

export function createApi(origin: string, localNow: () => Date): Api {
  const clock = createServerClock(localNow);
  const noticeLogOut = interceptLogOut(() => void queries.invalidateQueries({ queryKey: sessionKey }));
  const readAfterWrite = createReadAfterWrite(after);
  const transport: Transport = createConnectTransport({
    baseUrl: origin,
    useBinaryFormat: true,
    defaultTimeoutMs: CALL_TIMEOUT_MS,
    interceptors: [
      noticeLogOut,
      readAfterWrite.interceptor,
      refreshExpiredToken(refreshSession),
      clock.interceptor,
    ],
    // Feedback may be on its way when the tab is closed.
    fetch: (url, init) => fetch(url, { ...init, keepalive: String(url).endsWith("/RecordFeedback") }),
  });
  const { getSession } = SessionService.method;
  const sessionKey = createConnectQueryKey({
    schema: getSession,
    transport,
    input: {},
    cardinality: "finite",
  });

  async function refreshSession(): Promise<void> {
    queries.setQueryData(sessionKey, await callUnaryMethod(transport, getSession, {}));
  }

  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: MINUTE_MS,
        gcTime: 15 * MINUTE_MS,
        // A list must not change under the eyes of someone who comes back to its tab.
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && isPassing(error),
        retryDelay: (failures, error) => retryAfterMs(error) ?? 500 * 2 ** failures,
      },
    },
  });
  return { transport, queries, clock, readAfterWrite };
}
