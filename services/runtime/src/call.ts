import { getEventListeners } from "node:events";
import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  createContextValues,
  type HandlerContext,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { CallHeaders } from "./call-headers.js";
import { canceled, deadlineExceeded } from "./wire-error.js";

export type AnyRequest = UnaryRequest | StreamRequest;
export type AnyResponse = UnaryResponse | StreamResponse;

/** A caller gives up when its own clock says so, which is up to a trip before ours does. */
const DEADLINE_TOLERANCE_MS = 50;

/** Why the signal of a call is aborted once the call has been answered. */
const answered = new ConnectError("the call has been answered", Code.Canceled);

/**
 * One call as the server's side sees it: what interceptors take for the request and handlers for the context.
 *
 * Most handlers never look at the headers or the signal, so those are made when they are first asked for. They
 * are found through `origin`, which lets `withMessage` derive a request without parting the two.
 */
export abstract class Call implements HandlerContext {
  /** "grpc", "connect", "grpc-web" or "local". */
  abstract readonly protocolName: string;
  readonly requestMethod: string = "POST";
  readonly stream: boolean;
  private readonly origin = this;
  private heldRequestHeader: Headers | undefined;
  private heldResponseHeader: Headers | undefined;
  private heldResponseTrailer: Headers | undefined;
  private heldValues: ContextValues | undefined;
  private controller: AbortController | undefined;
  private reason: ConnectError | undefined;
  private waiting: Set<(reason: ConnectError) => void> | undefined;

  constructor(
    readonly method: DescMethod,
    readonly message: Message | AsyncIterable<Message>,
  ) {
    this.stream = method.methodKind !== "unary";
  }

  /** Milliseconds that are left, below zero when they have passed; undefined without a deadline. */
  abstract leftMs(): number | undefined;
  protected abstract readRequestHeader(): Headers;

  /** The services that the caller's certificate is for; undefined where callers show none. */
  get callers(): readonly string[] | undefined {
    return undefined;
  }

  get timeoutMs(): () => number | undefined {
    return () => this.leftMs();
  }

  get service(): DescService {
    return this.method.parent;
  }

  get url(): string {
    return `${this.protocolName}://${this.method.parent.typeName}/${this.method.name}`;
  }

  get requestHeader(): Headers {
    const call = this.origin;
    call.heldRequestHeader ??= call.readRequestHeader();
    return call.heldRequestHeader;
  }

  get header(): Headers {
    return this.requestHeader;
  }

  get responseHeader(): Headers {
    const call = this.origin;
    call.heldResponseHeader ??= new CallHeaders();
    return call.heldResponseHeader;
  }

  get responseTrailer(): Headers {
    const call = this.origin;
    call.heldResponseTrailer ??= new CallHeaders();
    return call.heldResponseTrailer;
  }

  get values(): ContextValues {
    const call = this.origin;
    call.heldValues ??= createContextValues();
    return call.heldValues;
  }

  get contextValues(): ContextValues {
    return this.values;
  }

  get signal(): AbortSignal {
    const call = this.origin;
    call.controller ??= new AbortController();
    if (call.reason !== undefined) call.controller.abort(call.reason);
    return call.controller.signal;
  }

  /** Response headers, if the handler or an interceptor wrote any. */
  get writtenHeader(): Headers | undefined {
    return this.heldResponseHeader;
  }

  /** Response trailers, if the handler or an interceptor wrote any. */
  get writtenTrailer(): Headers | undefined {
    return this.heldResponseTrailer;
  }

  /** Why the call was given up; undefined while it is wanted. */
  get abortReason(): ConnectError | undefined {
    return this.origin.reason;
  }

  /** Tells the handler that nobody waits for its answer any more. Only the first reason counts. */
  abort(reason: ConnectError): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    // Telling takes as long as a small handler does. Who asks for the signal of an answered call later finds it aborted.
    if (reason !== answered || this.isHeard) this.controller?.abort(reason);
    if (this.waiting !== undefined) for (const giveUp of this.waiting) giveUp(reason);
  }

  /** Whether somebody listens to the signal; AbortSignal.any() does not count. */
  private get isHeard(): boolean {
    return this.controller !== undefined && getEventListeners(this.controller.signal, "abort").length > 0;
  }

  /** As `abort`, when all that is known is that the caller has let go. Also comes after each call that was answered. */
  abandon(): void {
    if (this.reason !== undefined) return;
    const leftMs = this.leftMs() ?? Number.POSITIVE_INFINITY;
    this.abort(leftMs <= DEADLINE_TOLERANCE_MS ? deadlineExceeded() : canceled());
  }

  /** What a step comes to, unless the call is given up before: handlers need not watch their signal. */
  until<T>(step: () => Promise<T>): Promise<T> {
    if (this.reason !== undefined) return Promise.reject(this.reason);
    return new Promise((resolve, reject) => {
      this.waiting ??= new Set();
      const { waiting } = this;
      waiting.add(reject);
      step().then(
        (value) => {
          waiting.delete(reject);
          resolve(value);
        },
        (reason) => {
          waiting.delete(reject);
          reject(reason);
        },
      );
    });
  }

  /** Lets go of what still runs on behalf of a call that has been answered. */
  finish(): void {
    this.abort(answered);
  }
}

/** The answer to a call. Its headers are the call's own: interceptors change them in place. */
export class Answer {
  readonly stream: boolean;

  constructor(
    private readonly call: Call,
    readonly message: Message | AsyncIterable<Message>,
  ) {
    this.stream = call.stream;
  }

  get method(): DescMethod {
    return this.call.method;
  }

  get service(): DescService {
    return this.call.service;
  }

  get header(): Headers {
    return this.call.responseHeader;
  }

  get trailer(): Headers {
    return this.call.responseTrailer;
  }
}

/**
 * The same request or response with another message. Interceptors need it in place of a spread, which would
 * lose what is only made on demand.
 */
export function withMessage<T extends AnyRequest | AnyResponse>(original: T, message: T["message"]): T {
  return Object.create(original, { message: { value: message, enumerable: true } });
}
