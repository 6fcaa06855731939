import type { EventEmitter } from "node:events";
import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import type { ConnectError, Interceptor } from "@connectrpc/connect";
import type * as grpc from "@grpc/grpc-js";
import { Call } from "./call.js";
import { encode } from "./encode.js";
import { statusFromError } from "./grpc-status.js";
import { type Complete, createInvoke, type Invoke, only } from "./invoke.js";
import { malformedRequest } from "./malformed-request.js";
import { headersFromMetadata, metadataFromHeaders } from "./metadata.js";
import type { Registration } from "./module.js";
import type { UnderWay } from "./under-way.js";
import { publicError } from "./wire-error.js";

type DescMethod = Registration["service"]["methods"][number];

/** What a server does besides answering. */
export interface ServerOptions {
  /** Names the services that a call comes from; absent where callers show no certificate. */
  readonly callersOf?: (surface: GrpcSurface) => readonly string[];
  /** Has every call in it that has not been answered yet. */
  readonly underWay?: UnderWay;
}

/** Adds a service and its handlers to a gRPC server. */
export function addToServer(
  server: grpc.Server,
  { service, implementation }: Registration,
  interceptors: readonly Interceptor[],
  options: ServerOptions = {},
): void {
  const definition: Record<string, grpc.MethodDefinition<unknown, unknown>> = {};
  const handlers: Record<string, grpc.UntypedHandleCall> = {};
  for (const method of service.methods) {
    definition[method.localName] = methodDefinition(method);
    const invoke = createInvoke(method, implementation, interceptors, asAnswered);
    handlers[method.localName] = handlerFor(method, invoke, options);
  }
  server.addService(definition, handlers);
}

/** What a handler answers is encoded as it is: nobody sees it in between. */
const asAnswered: Complete = (_, init) => init as Message;

export function methodPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** A message as bytes, in the shape that grpc-js wants. */
export function serializer(desc: DescMessage): (message: unknown) => Buffer {
  return (message) => encode(desc, message as Message);
}

/** Bytes that are no message of the type they should be; told to the caller when it is this call's turn. */
class Malformed {
  constructor(readonly error: ConnectError) {}
}

function methodDefinition(method: DescMethod): grpc.MethodDefinition<unknown, unknown> {
  return {
    path: methodPath(method),
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestDeserialize: (bytes) => parse(method.input, bytes),
    requestSerialize: serializer(method.input),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
    responseSerialize: serializer(method.output),
  };
}

function parse(desc: DescMessage, bytes: Buffer): Message | Malformed {
  try {
    return fromBinary(desc, bytes);
  } catch (cause) {
    return new Malformed(malformedRequest(desc, cause));
  }
}

class GrpcCall extends Call {
  override readonly protocolName = "grpc";
  /** Its caller has been told that it is over. */
  isCutOff = false;
  /** See UnderWay. */
  place = -1;
  private heldCallers: readonly string[] | undefined;
  /** In milliseconds since 1970; Infinity for none. */
  private readonly deadlineMs: number;

  constructor(
    method: DescMethod,
    message: Message | AsyncIterable<Message>,
    private readonly surface: GrpcSurface,
    private readonly options: ServerOptions,
    /** Answers a call whose answer is one message; absent for streams. */
    private readonly callback?: grpc.sendUnaryData<unknown>,
  ) {
    super(method, message);
    this.deadlineMs = Number(surface.getDeadline());
    (surface as EventEmitter).on("cancelled", () => this.abandon());
    options.underWay?.add(this);
  }

  override get callers(): readonly string[] | undefined {
    this.heldCallers ??= this.options.callersOf?.(this.surface);
    return this.heldCallers;
  }

  cutOff(error: ConnectError): void {
    this.isCutOff = true;
    const status = statusFromError(error, undefined, undefined);
    if (this.callback !== undefined) this.callback(status);
    else (this.surface as Writable).emit("error", status);
    this.abort(error);
  }

  override finish(): void {
    this.options.underWay?.delete(this);
    super.finish();
    if (!this.stream) letGo(this.surface);
  }

  override leftMs(): number | undefined {
    return this.deadlineMs === Number.POSITIVE_INFINITY ? undefined : this.deadlineMs - Date.now();
  }

  protected override readRequestHeader(): Headers {
    return headersFromMetadata(this.surface.metadata);
  }
}

/**
 * Has what grpc-js made of a unary call that was answered refer to nothing: it is a stream of Node's, which V8 keeps for
 * longer than the call (closed-streams.ts tells why).
 */
function letGo(surface: GrpcSurface): void {
  const holder: { call?: unknown; metadata?: unknown; request?: unknown } = surface as object;
  holder.call = undefined;
  holder.metadata = undefined;
  holder.request = undefined;
  (surface as EventEmitter).removeAllListeners("cancelled");
}

type Duplex = grpc.ServerDuplexStream<unknown, unknown>;
type Writable = grpc.ServerWritableStream<unknown, unknown> | Duplex;
type GrpcSurface = grpc.ServerUnaryCall<unknown, unknown> | Writable;

function handlerFor(method: DescMethod, invoke: Invoke, options: ServerOptions): grpc.UntypedHandleCall {
  switch (method.methodKind) {
    case "unary":
      return ((surface, callback) => {
        const call = new GrpcCall(method, surface.request as Message, surface, options, callback);
        void answerOne(call, surface, invoke, callback, surface.request);
      }) satisfies grpc.handleUnaryCall<unknown, unknown>;
    case "client_streaming":
      return ((surface: Duplex, callback: grpc.sendUnaryData<unknown>) => {
        const call: GrpcCall = new GrpcCall(
          method,
          requestsOf(surface, () => call),
          surface,
          options,
          callback,
        );
        void answerOne(call, surface, invoke, callback);
      }) as grpc.UntypedHandleCall;
    case "server_streaming":
      return ((surface) => {
        const { request } = surface;
        const call = new GrpcCall(method, only(request as Message), surface, options);
        void answerMany(call, surface, invoke, request);
      }) satisfies grpc.handleServerStreamingCall<unknown, unknown>;
    case "bidi_streaming":
      return ((surface) => {
        const call: GrpcCall = new GrpcCall(
          method,
          requestsOf(surface, () => call),
          surface,
          options,
        );
        void answerMany(call, surface, invoke);
      }) satisfies grpc.handleBidiStreamingCall<unknown, unknown>;
  }
}

async function answerOne(
  call: GrpcCall,
  surface: { sendMetadata(metadata: grpc.Metadata): void },
  invoke: Invoke,
  callback: grpc.sendUnaryData<unknown>,
  request?: unknown,
): Promise<void> {
  try {
    if (request instanceof Malformed) throw request.error;
    const answer = await invoke(call);
    const message = call.stream ? await theOnly(answer.message as AsyncIterable<Message>) : answer.message;
    if (call.isCutOff) return;
    sendHeader(call, surface);
    const trailer = call.writtenTrailer;
    callback(null, message, trailer && metadataFromHeaders(trailer));
  } catch (reason) {
    if (call.isCutOff) return;
    callback(statusFromError(publicError(reason, call.abortReason), call.writtenHeader, call.writtenTrailer));
  } finally {
    call.finish();
  }
}

async function answerMany(
  call: GrpcCall,
  surface: Writable,
  invoke: Invoke,
  request?: unknown,
): Promise<void> {
  let begun = false;
  try {
    if (request instanceof Malformed) throw request.error;
    const answer = await invoke(call);
    for await (const message of answer.message as AsyncIterable<Message>) {
      if (call.abortReason !== undefined) return;
      if (!begun) sendHeader(call, surface);
      begun = true;
      if (!surface.write(message)) await drained(surface);
    }
    if (!begun) sendHeader(call, surface);
    const trailer = call.writtenTrailer;
    surface.end(trailer && metadataFromHeaders(trailer));
  } catch (reason) {
    if (call.abortReason !== undefined) return;
    const header = begun ? undefined : call.writtenHeader;
    surface.emit("error", statusFromError(publicError(reason), header, call.writtenTrailer));
  } finally {
    call.finish();
  }
}

async function* requestsOf(surface: Duplex, call: () => GrpcCall): AsyncGenerator<Message> {
  try {
    // A handler that has read enough must still be able to answer.
    for await (const request of surface.iterator({ destroyOnReturn: false })) {
      if (request instanceof Malformed) throw request.error;
      yield request;
    }
  } catch (reason) {
    throw call().abortReason ?? reason;
  }
  const { abortReason } = call();
  if (abortReason !== undefined) throw abortReason;
}

function sendHeader(call: Call, surface: { sendMetadata(metadata: grpc.Metadata): void }): void {
  const header = call.writtenHeader;
  if (header !== undefined) surface.sendMetadata(metadataFromHeaders(header));
}

async function theOnly<T>(messages: AsyncIterable<T>): Promise<T> {
  let answer: T | undefined;
  for await (const message of messages) answer ??= message;
  if (answer === undefined) throw new Error("a handler that must answer once has not answered");
  return answer;
}

function drained(surface: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      surface.off("drain", done).off("close", done);
      resolve();
    };
    surface.on("drain", done).on("close", done);
    if (surface.destroyed) done();
  });
}
