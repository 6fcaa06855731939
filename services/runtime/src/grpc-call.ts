import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import type { AnyResponse } from "./call.js";
import { CallHeaders } from "./call-headers.js";
import { errorFromStatus } from "./grpc-status.js";
import { headersFromMetadata, metadataFromHeaders } from "./metadata.js";
import type { Outgoing } from "./outgoing.js";
import { abortError } from "./wire-error.js";

type ChannelCall = ReturnType<grpc.Channel["createCall"]>;
type Listener = Parameters<ChannelCall["start"]>[1];

/** What a call needs to know of its method. */
export interface Codec {
  readonly path: string;
  serialize(message: unknown): Buffer;
  parse(bytes: Uint8Array): Message;
}

/**
 * Makes a call on a channel; resolves with the answer of a unary call, and with the headers of a stream.
 *
 * The channel is used directly. grpc-js's Client would put an event emitter, a stack trace and two layers of
 * listeners around every call, for which we have no use.
 */
export async function startCall(
  channel: grpc.Channel,
  codec: Codec,
  request: Outgoing,
): Promise<AnyResponse> {
  const { callerSignal } = request;
  if (callerSignal?.aborted) throw abortError(callerSignal);
  const bytes = request.stream ? undefined : codec.serialize(request.message);
  const call = channel.createCall(codec.path, request.deadlineMs, null, null, null);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const answer = new (request.stream ? StreamAnswer : UnaryAnswer)(request, call, codec, { resolve, reject });
  if (callerSignal !== undefined) {
    const cancel = () => answer.fail(abortError(callerSignal));
    callerSignal.addEventListener("abort", cancel, { once: true });
    answer.onEnd(() => callerSignal.removeEventListener("abort", cancel));
  }
  call.start(metadataFromHeaders(request.currentHeader), answer);
  call.startRead();
  if (bytes === undefined) {
    void sendAll(call, codec, request.message as AsyncIterable<Message>, answer);
  } else {
    call.sendMessageWithContext({}, bytes);
    call.halfClose();
  }
  return promise as Promise<AnyResponse>;
}

async function sendAll(
  call: ChannelCall,
  codec: Codec,
  messages: AsyncIterable<Message>,
  answer: GrpcAnswer,
): Promise<void> {
  let written: () => void = () => {};
  // A call that has ended tells nobody that a message was written.
  answer.onEnd(() => written());
  try {
    for await (const message of messages) {
      if (answer.ended) return;
      await new Promise<void>((resolve) => {
        written = resolve;
        call.sendMessageWithContext({ callback: () => resolve() }, codec.serialize(message));
      });
    }
    call.halfClose();
  } catch (reason) {
    answer.fail(ConnectError.from(reason, Code.Unknown));
  }
}

interface Settle {
  resolve(answer: unknown): void;
  reject(error: ConnectError): void;
}

/** What comes back, both as the listener that grpc-js tells and as the response that interceptors see. */
abstract class GrpcAnswer implements Listener {
  readonly stream: boolean;
  readonly method: DescMethod;
  /** The call is over. */
  ended = false;
  /** Set where we gave the call up ourselves. */
  private failure: ConnectError | undefined;
  private headerMetadata: grpc.Metadata | undefined;
  private trailerMetadata: grpc.Metadata | undefined;
  private heldHeader: Headers | undefined;
  private heldTrailer: Headers | undefined;
  private endListeners: (() => void)[] = [];

  constructor(
    request: Outgoing,
    protected readonly call: ChannelCall,
    private readonly codec: Codec,
    protected readonly settle: Settle,
  ) {
    this.stream = request.stream;
    this.method = request.method;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get header(): Headers {
    this.heldHeader ??= this.headerMetadata ? headersFromMetadata(this.headerMetadata) : new CallHeaders();
    return this.heldHeader;
  }

  get trailer(): Headers {
    this.heldTrailer ??= this.trailerMetadata ? headersFromMetadata(this.trailerMetadata) : new CallHeaders();
    return this.heldTrailer;
  }

  onEnd(listener: () => void): void {
    this.endListeners.push(listener);
  }

  /** Gives the call up; its caller gets `error`. */
  fail(error: ConnectError): void {
    this.failure ??= error;
    this.call.cancelWithStatus(grpc.status.CANCELLED, "given up");
  }

  onReceiveMetadata(metadata: grpc.Metadata): void {
    this.headerMetadata = metadata;
  }

  onReceiveMessage(bytes: Buffer | null): void {
    if (bytes === null) return;
    let message: Message;
    try {
      message = this.codec.parse(bytes);
    } catch (cause) {
      const sentence = `the answer is not a valid ${this.method.output.typeName}`;
      this.fail(new ConnectError(sentence, Code.Internal, undefined, undefined, cause));
      return;
    }
    this.take(message);
  }

  onReceiveStatus(status: grpc.StatusObject): void {
    if (this.ended) return;
    this.ended = true;
    this.trailerMetadata = status.metadata;
    for (const listener of this.endListeners) listener();
    const ok = status.code === grpc.status.OK;
    this.end(
      this.failure ?? (ok ? undefined : errorFromStatus(status, this.headerMetadata, this.service.typeName)),
    );
  }

  protected abstract take(message: Message): void;
  protected abstract end(error: ConnectError | undefined): void;
}

class UnaryAnswer extends GrpcAnswer {
  message: Message | undefined;

  protected override take(message: Message): void {
    this.message = message;
  }

  protected override end(error: ConnectError | undefined): void {
    if (error !== undefined) this.settle.reject(error);
    else if (this.message !== undefined) this.settle.resolve(this);
    else this.settle.reject(new ConnectError("the answer has no message", Code.Unimplemented));
  }
}

/** Reads one message ahead of its consumer, no more: the rest waits at the sender. */
class StreamAnswer extends GrpcAnswer implements AsyncIterator<Message> {
  readonly message = { [Symbol.asyncIterator]: () => this };
  private ahead: Message | undefined;
  private error: ConnectError | undefined;
  private waiting: PromiseWithResolvers<IteratorResult<Message>> | undefined;

  override onReceiveMetadata(metadata: grpc.Metadata): void {
    super.onReceiveMetadata(metadata);
    this.settle.resolve(this);
  }

  next(): Promise<IteratorResult<Message>> {
    const value = this.ahead;
    if (value !== undefined) {
      this.ahead = undefined;
      this.call.startRead();
      return Promise.resolve({ done: false, value });
    }
    if (this.ended) return this.error ? Promise.reject(this.error) : Promise.resolve(finished);
    this.waiting ??= Promise.withResolvers();
    return this.waiting.promise;
  }

  return(): Promise<IteratorResult<Message>> {
    if (!this.ended) this.fail(new ConnectError("the caller has read enough", Code.Canceled));
    return Promise.resolve(finished);
  }

  protected override take(message: Message): void {
    if (this.waiting === undefined) {
      this.ahead = message;
      return;
    }
    this.waiting.resolve({ done: false, value: message });
    this.waiting = undefined;
    this.call.startRead();
  }

  protected override end(error: ConnectError | undefined): void {
    this.error = error;
    if (error !== undefined) {
      this.settle.reject(error);
      this.waiting?.reject(error);
    } else {
      this.settle.resolve(this);
      this.waiting?.resolve(finished);
    }
  }
}

const finished: IteratorResult<Message> = { done: true, value: undefined };
