import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Code, ConnectError, createConnectRouter, type Interceptor } from "@connectrpc/connect";
import {
  compressionBrotli,
  compressionGzip,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { connectHandler } from "./connect-handlers.js";
import { createInvoke } from "./invoke.js";
import type { Logger } from "./log.js";
import { blameCallerForMalformedBytes } from "./malformed-request.js";
import type { Registration } from "./module.js";

export interface ConnectServerOptions {
  readonly registrations: readonly Registration[];
  readonly interceptors?: readonly Interceptor[];
  /** Looks at every request first; false when it has answered the request itself. */
  readonly door?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers what is no call. */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => void;
  readonly maxMessageBytes: number;
  readonly log?: Logger;
}

/** Compressing costs more than sending what is smaller. */
const COMPRESS_MIN_BYTES = 8 * 1024;
/** Longest deadline that a caller may set. */
const MAX_TIMEOUT_MS = 300_000;
/** A caller that takes longer to send its headers, or its whole request, is cut off. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the idle time of the usual load balancers, so that they close a connection and not we. */
const KEEP_ALIVE_MS = 65_000;

type Handler = ReturnType<typeof createConnectRouter>["handlers"][number];

/** An HTTP/1.1 server that answers Connect (JSON and binary) and gRPC-Web. It does not listen yet. */
export function createConnectServer(options: ConnectServerOptions): Server {
  const { door, fallback = notFound, maxMessageBytes, log } = options;
  const handlers = new Map(routes(options).map((handler) => [handler.requestPath, handler]));
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  return createServer(timeouts, (request, response) => {
    response.once("finish", () => discardRest(request, maxMessageBytes));
    if (door !== undefined && !door(request, response)) return;
    const handler = handlers.get(request.url?.split("?", 1)[0] ?? "");
    if (handler === undefined) {
      fallback(request, response);
      return;
    }
    answer(handler, request, response).catch((error: unknown) => {
      // Callers that leave in the middle are no news.
      log?.debug({ err: error }, "a call could not be answered over HTTP");
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });
}

function routes({ registrations, interceptors = [], maxMessageBytes }: ConnectServerOptions): Handler[] {
  const router = createConnectRouter({
    grpc: false,
    acceptCompression: [compressionGzip, compressionBrotli],
    compressMinBytes: COMPRESS_MIN_BYTES,
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    requestGate: blameCallerForMalformedBytes,
  });
  for (const { service, implementation } of registrations) {
    const methods = service.methods.map((method) => [
      method.localName,
      connectHandler(method, createInvoke(method, implementation, interceptors)),
    ]);
    router.service(service, Object.fromEntries(methods));
  }
  return router.handlers;
}

async function answer(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const controller = new AbortController();
  // Connect's own reading of a request aborts after every answer too, which costs more than making the answer's head.
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new ConnectError("the caller has gone", Code.Canceled));
  });
  const incoming = {
    httpVersion: request.httpVersion,
    method: request.method ?? "",
    url: `http://${request.headers.host ?? "localhost"}${request.url ?? "/"}`,
    header: webHeaders(request),
    // Read in a way that leaves the connection whole when a handler has heard enough.
    body: request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>,
    signal: controller.signal,
  };
  await universalResponseToNodeResponse(await handler(incoming), response);
}

function webHeaders(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers.set(name, value);
    else for (const each of value ?? []) headers.append(name, each);
  }
  return headers;
}

/**
 * Reads past what is left of a request that was answered early, so that the next one on the connection is heard.
 * Closing at once could cost the caller the answer; a caller that sends without end is cut off.
 */
function discardRest(request: IncomingMessage, maxMessageBytes: number): void {
  if (request.complete) return;
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > 4 * maxMessageBytes) request.socket.destroy();
  });
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404).end();
}
