import type { Message } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { Call } from "./call.js";
import { type Invoke, only } from "./invoke.js";
import type { Registration } from "./module.js";
import { publicError } from "./wire-error.js";

type DescMethod = Registration["service"]["methods"][number];

/** Connect reads and writes the protocol; the interceptors are run by us, as for the other two ways to call. */
export function connectHandler(method: DescMethod, invoke: Invoke): unknown {
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
    if (signal.aborted) this.abandon();
    else signal.addEventListener("abort", () => this.abandon(), { once: true });
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
