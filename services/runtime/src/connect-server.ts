import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { compressionBrotli, compressionGzip, connectNodeAdapter } from "@connectrpc/connect-node";
import { Call } from "./call.js";
import { createInvoke, type Invoke, only } from "./invoke.js";
import type { Registration } from "./module.js";
import { canceled, deadlineExceeded, publicError } from "./wire-error.js";

type DescMethod = Registration["service"]["methods"][number];

export interface ConnectServerOptions {
  readonly registrations: readonly Registration[];
  readonly interceptors?: readonly Interceptor[];
  /** Looks at every request first; false when it has answered the request itself. */
  readonly door?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Answers what is no call. */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => void;
  readonly maxMessageBytes: number;
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

/** An HTTP/1.1 server that answers Connect (JSON and binary) and gRPC-Web. It does not listen yet. */
export function createConnectServer(options: ConnectServerOptions): Server {
  const { registrations, interceptors = [], door, fallback, maxMessageBytes } = options;
  const listener = connectNodeAdapter({
    grpc: false,
    acceptCompression: [compressionGzip, compressionBrotli],
    compressMinBytes: COMPRESS_MIN_BYTES,
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    fallback: fallback as never,
    routes(router) {
      for (const { service, implementation } of registrations) {
        const handlers = service.methods.map((method) => [
          method.localName,
          handlerFor(method, createInvoke(method, implementation, interceptors)),
        ]);
        router.service(service, Object.fromEntries(handlers));
      }
    },
  });
  return createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    ((request, response) => {
      if (door === undefined || door(request, response)) listener(request, response);
    }) satisfies RequestListener,
  );
}

/** Connect reads and writes the protocol; the interceptors are run by us, as for the other two ways to call. */
function handlerFor(method: DescMethod, invoke: Invoke): unknown {
  switch (method.methodKind) {
    case "unary":
      return (message: Message, context: HandlerContext) => answerOnce(method, message, context, invoke);
    case "client_streaming":
      return async (messages: AsyncIterable<Message>, context: HandlerContext) => {
        let last: Message | undefined;
        for await (const answer of answerEach(method, messages, context, invoke)) last = answer;
        return last;
      };
    case "server_streaming":
      return (message: Message, context: HandlerContext) =>
        answerEach(method, only(message), context, invoke);
    case "bidi_streaming":
      return (messages: AsyncIterable<Message>, context: HandlerContext) =>
        answerEach(method, messages, context, invoke);
  }
}

async function answerOnce(method: DescMethod, message: Message, context: HandlerContext, invoke: Invoke) {
  const call = new ConnectCall(method, message, context);
  try {
    const answer = await call.until(() => invoke(call));
    return answer.message;
  } catch (reason) {
    throw publicError(reason, call.abortReason);
  } finally {
    call.finish();
  }
}

async function* answerEach(
  method: DescMethod,
  messages: AsyncIterable<Message>,
  context: HandlerContext,
  invoke: Invoke,
): AsyncGenerator<Message> {
  const call = new ConnectCall(method, messages, context);
  let answers: AsyncIterator<Message> | undefined;
  try {
    const answer = await call.until(() => invoke(call));
    const iterator = (answer.message as AsyncIterable<Message>)[Symbol.asyncIterator]();
    answers = iterator;
    for (;;) {
      const result = await call.until(() => iterator.next());
      if (result.done) return;
      yield result.value;
    }
  } catch (reason) {
    throw publicError(reason, call.abortReason);
  } finally {
    call.finish();
    void answers?.return?.().catch(() => {});
  }
}

class ConnectCall extends Call {
  override readonly requestMethod: string;
  override readonly protocolName: string;

  constructor(
    method: DescMethod,
    message: Message | AsyncIterable<Message>,
    private readonly context: HandlerContext,
  ) {
    super(method, message);
    this.requestMethod = context.requestMethod;
    this.protocolName = context.protocolName;
    const { signal } = context;
    if (signal.aborted) this.abort(reasonOf(signal));
    else signal.addEventListener("abort", () => this.abort(reasonOf(signal)), { once: true });
  }

  override leftMs(): number | undefined {
    return this.context.timeoutMs();
  }

  override get url(): string {
    return this.context.url;
  }

  protected override readRequestHeader(): Headers {
    return this.context.requestHeader;
  }

  override get responseHeader(): Headers {
    return this.context.responseHeader;
  }

  override get responseTrailer(): Headers {
    return this.context.responseTrailer;
  }
}

function reasonOf({ reason }: AbortSignal): ConnectError {
  return reason instanceof ConnectError && reason.code === Code.DeadlineExceeded
    ? deadlineExceeded()
    : canceled();
}
