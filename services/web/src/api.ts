import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { callUnaryMethod, createConnectQueryKey } from "@connectrpc/connect-query";
import { createConnectTransport } from "@connectrpc/connect-web";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { QueryCache, QueryClient } from "@tanstack/react-query";
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

export function createApi(origin: string, localNow: () => Date): Api {
  const clock = createServerClock(localNow);
  const readAfterWrite = createReadAfterWrite(after);
  const transport: Transport = createConnectTransport({
    baseUrl: origin,
    useBinaryFormat: true,
    defaultTimeoutMs: CALL_TIMEOUT_MS,
    interceptors: [readAfterWrite.interceptor, refreshExpiredToken(refreshSession), clock.interceptor],
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
    queryCache: new QueryCache({
      onError(error) {
        // Logged out elsewhere: find out, and show it.
        if (ConnectError.from(error).code === Code.Unauthenticated)
          void queries.invalidateQueries({ queryKey: sessionKey });
      },
    }),
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
