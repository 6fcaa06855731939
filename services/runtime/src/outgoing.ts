import {
  create,
  type DescMethod,
  type DescService,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { type ContextValues, createContextValues, type Interceptor } from "@connectrpc/connect";
import type { AnyRequest, AnyResponse } from "./call.js";
import { CallHeaders, type HeaderSource } from "./call-headers.js";

/** How long a call may take when its caller says nothing, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 10_000;
/** The same for a stream, which takes as long as there is something to say. */
export const DEFAULT_STREAM_TIMEOUT_MS = 600_000;

/** Unary calls to one service that may be under way at a time, unless a setting says otherwise. */
export const DEFAULT_CALLS_AT_ONCE = 256;

const never = new AbortController().signal;

/** One call as its caller's interceptors see it. Headers become an object only if somebody looks at them. */
export class Outgoing {
  readonly requestMethod = "POST";
  readonly stream: boolean;
  /** Instant at which the call is given up, in milliseconds since the epoch; infinity for never. */
  readonly deadlineMs: number;
  readonly contextValues: ContextValues;
  private readonly origin = this;
  private headerSource: HeaderSource | undefined;
  private heldHeader: Headers | undefined;

  constructor(
    readonly method: DescMethod,
    readonly message: Message | AsyncIterable<Message>,
    /** Aborted when the caller gives up; absent when it cannot. */
    readonly callerSignal: AbortSignal | undefined,
    /** Zero and less is for no deadline, as in CallOptions. */
    readonly timeoutMs: number,
    header: HeaderSource | undefined,
    contextValues: ContextValues | undefined,
  ) {
    this.stream = method.methodKind !== "unary";
    this.deadlineMs = timeoutMs > 0 ? Date.now() + timeoutMs : Number.POSITIVE_INFINITY;
    this.headerSource = header;
    this.contextValues = contextValues ?? createContextValues();
  }

  get service(): DescService {
    return this.method.parent;
  }

  get url(): string {
    return `grpc://${this.method.parent.typeName}/${this.method.name}`;
  }

  get signal(): AbortSignal {
    return this.callerSignal ?? never;
  }

  get header(): Headers {
    const call = this.origin;
    call.heldHeader ??= new CallHeaders(call.headerSource);
    return call.heldHeader;
  }

  /** The headers as they stand, in the form that they have. */
  get currentHeader(): HeaderSource | undefined {
    return this.origin.heldHeader ?? this.origin.headerSource;
  }
}

/** Sends one call; inside the interceptors. */
export type Send = (request: Outgoing) => Promise<AnyResponse>;

/** Puts client interceptors around `send`, once per method. */
export function intercepted(
  interceptors: readonly Interceptor[],
  send: (method: DescMethod) => Send,
): (request: Outgoing) => Promise<AnyResponse> {
  const chains = new Map<DescMethod, Send>();
  return (request) => {
    let chain = chains.get(request.method);
    if (chain === undefined) {
      let next = send(request.method) as unknown as (request: AnyRequest) => Promise<AnyResponse>;
      for (const interceptor of interceptors.toReversed()) next = interceptor(next);
      chain = next as unknown as Send;
      chains.set(request.method, chain);
    }
    return chain(request);
  };
}

/** Callers may ask with plain objects; interceptors see whole messages. */
export async function* completeEach(
  method: DescMethod,
  messages: AsyncIterable<MessageInitShape<DescMethod["input"]>>,
): AsyncGenerator<Message> {
  for await (const message of messages) yield create(method.input, message);
}
