import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import type { ConnectError, Interceptor, Transport } from "@connectrpc/connect";
import { type AnyResponse, Call } from "./call.js";
import { CallHeaders } from "./call-headers.js";
import { copyOf } from "./copy.js";
import { type Complete, createInvoke, type Invoke } from "./invoke.js";
import type { Registration } from "./module.js";
import {
  DEFAULT_STREAM_TIMEOUT_MS,
  DEFAULT_TIMEOUT_MS,
  intercepted,
  Outgoing,
  type Send,
} from "./outgoing.js";
import { abortError, acrossTheWire, deadlineExceeded, publicError } from "./wire-error.js";

export interface LocalTransportOptions {
  readonly registrations: readonly Registration[];
  readonly clientInterceptors?: readonly Interceptor[];
  readonly serverInterceptors?: readonly Interceptor[];
  /** Milliseconds that a unary call may take when its caller says nothing. */
  readonly defaultTimeoutMs?: number;
  readonly maxMessageBytes: number;
}

/**
 * Calls handlers in this process, with all that a wire would do to a call and none of its bytes: both sides'
 * interceptors, deadline and cancellation, errors that carry no cause, and messages that neither side can
 * change under the other.
 */
export function createLocalTransport(options: LocalTransportOptions): Transport {
  const { registrations, clientInterceptors = [], serverInterceptors = [], maxMessageBytes } = options;
  const { defaultTimeoutMs = DEFAULT_TIMEOUT_MS } = options;

  function sender(method: DescMethod): Send {
    const hosted = registrations.find(({ service }) => service.typeName === method.parent.typeName);
    const implementation = hosted?.implementation ?? {};
    const complete: Complete = (desc, init) => copyOf(desc, init, maxMessageBytes);
    const invoke = createInvoke(method, implementation, serverInterceptors, complete);
    return method.methodKind === "unary"
      ? (request) => callOnce(request, invoke)
      : (request) => callStreaming(request, invoke);
  }

  const run = intercepted(clientInterceptors, sender);
  return {
    async unary(method, signal, timeoutMs = defaultTimeoutMs, header, input, contextValues) {
      const message = copyOf(method.input, input, maxMessageBytes);
      return run(new Outgoing(method, message, signal, timeoutMs, header, contextValues)) as Promise<never>;
    },
    async stream(method, signal, timeoutMs = DEFAULT_STREAM_TIMEOUT_MS, header, input, contextValues) {
      const messages = copyEach(method.input, input as AsyncIterable<Message>, maxMessageBytes);
      return run(new Outgoing(method, messages, signal, timeoutMs, header, contextValues)) as Promise<never>;
    },
  };
}

async function* copyEach(desc: DescMethod["input"], messages: AsyncIterable<Message>, maxBytes: number) {
  for await (const message of messages) yield copyOf(desc, message, maxBytes);
}

async function callOnce(request: Outgoing, invoke: Invoke): Promise<AnyResponse> {
  const call = new LocalCall(request);
  try {
    const answer = await call.until(() => invoke(call));
    return new LocalAnswer(call, answer.message).asResponse();
  } catch (reason) {
    throw call.outwardError(reason);
  } finally {
    call.finish();
  }
}

async function callStreaming(request: Outgoing, invoke: Invoke): Promise<AnyResponse> {
  const requests = sent(request.message as AsyncIterable<Message>, () => call);
  const call: LocalCall = new LocalCall(request, requests);
  try {
    const answer = await call.until(() => invoke(call));
    const messages = (answer.message as AsyncIterable<Message>)[Symbol.asyncIterator]();
    // Whether the caller reads to the end or not, the handler is let go.
    call.signal.addEventListener("abort", () => void messages.return?.().catch(() => {}));
    // Headers travel with the first message; until then the handler may still change them.
    const first = await call.until(() => messages.next());
    return new LocalAnswer(call, received(call, first, messages)).asResponse();
  } catch (reason) {
    call.finish();
    throw call.outwardError(reason);
  }
}

/** The caller's messages; they end with an error when the call is given up. */
async function* sent(messages: AsyncIterable<Message>, call: () => LocalCall): AsyncGenerator<Message> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await call().until(() => iterator.next());
      if (result.done) return;
      yield result.value;
    }
  } finally {
    void iterator.return?.().catch(() => {});
  }
}

async function* received(
  call: LocalCall,
  first: IteratorResult<Message>,
  messages: AsyncIterator<Message>,
): AsyncGenerator<Message> {
  try {
    for (let result = first; !result.done; result = await call.until(() => messages.next())) {
      yield result.value;
    }
  } catch (reason) {
    throw call.outwardError(reason);
  } finally {
    call.finish();
  }
}

/** The server's side of a call, and the watch over its caller's deadline and signal. */
class LocalCall extends Call {
  override readonly protocolName = "local";
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly cancel = () => this.abort(abortError(this.request.callerSignal as AbortSignal));

  constructor(
    private readonly request: Outgoing,
    message = request.message,
  ) {
    super(request.method, message);
    const leftMs = this.leftMs();
    if (request.callerSignal?.aborted) this.cancel();
    else if (leftMs !== undefined && leftMs <= 0) this.abort(deadlineExceeded());
    else {
      if (leftMs !== undefined) {
        this.timer = setTimeout(() => this.abort(deadlineExceeded()), Math.min(leftMs, MAX_TIMER_MS));
      }
      request.callerSignal?.addEventListener("abort", this.cancel);
    }
  }

  override leftMs(): number | undefined {
    const { deadlineMs } = this.request;
    return deadlineMs === Number.POSITIVE_INFINITY ? undefined : deadlineMs - Date.now();
  }

  protected override readRequestHeader(): Headers {
    return new CallHeaders(this.request.currentHeader);
  }

  override finish(): void {
    clearTimeout(this.timer);
    this.request.callerSignal?.removeEventListener("abort", this.cancel);
    super.finish();
  }

  outwardError(reason: unknown): ConnectError {
    return acrossTheWire(publicError(reason, this.abortReason), this.writtenHeader, this.writtenTrailer);
  }
}

/** Node takes a longer delay for none at all. */
const MAX_TIMER_MS = 2 ** 31 - 1;

class LocalAnswer {
  readonly stream: boolean;
  readonly method: DescMethod;

  constructor(
    private readonly call: LocalCall,
    readonly message: Message | AsyncIterable<Message>,
  ) {
    this.stream = call.stream;
    this.method = call.method;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get header(): Headers {
    return this.call.responseHeader;
  }

  get trailer(): Headers {
    return this.call.responseTrailer;
  }

  asResponse(): AnyResponse {
    return this as unknown as AnyResponse;
  }
}
