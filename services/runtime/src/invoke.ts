import { create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { Answer, type AnyRequest, type AnyResponse, Call } from "./call.js";
import type { Registration } from "./module.js";

type DescMethod = Registration["service"]["methods"][number];

/** Runs one call: interceptors, then the handler. */
export type Invoke = (call: Call) => Promise<AnyResponse>;

/**
 * Makes what runs one method, once: the chain of interceptors, the first one outermost, around its handler.
 * A method that has no handler answers UNIMPLEMENTED, through the same interceptors.
 */
export function createInvoke(
  method: DescMethod,
  implementation: Registration["implementation"],
  interceptors: readonly Interceptor[],
  complete: Complete = create,
): Invoke {
  let next: (request: AnyRequest) => Promise<AnyResponse> = handlerOf(method, implementation, complete);
  for (const interceptor of interceptors.toReversed()) next = interceptor(next);
  const chain = next as unknown as Invoke;
  return (call) => chain(call);
}

/** Makes a whole message of what a handler answered, which may be a plain object. */
export type Complete = (desc: DescMessage, init: MessageInitShape<DescMessage>) => Message;

type Handler = (input: unknown, context: HandlerContext) => unknown;

function handlerOf(method: DescMethod, implementation: Registration["implementation"], complete: Complete) {
  const found = implementation[method.localName] as Handler | undefined;
  const handle = found?.bind(implementation) ?? unimplemented(method);
  const whole = (init: unknown) => complete(method.output, init as MessageInitShape<DescMessage>);
  switch (method.methodKind) {
    case "unary":
      return async (request: AnyRequest) => {
        const call = callOf(request);
        return answerTo(call, whole(await handle(request.message, call)));
      };
    case "client_streaming":
      return async (request: AnyRequest) => {
        const call = callOf(request);
        return answerTo(call, only(whole(await handle(request.message, call))));
      };
    case "server_streaming":
      return async (request: AnyRequest) => {
        const call = callOf(request);
        const message = await single(request.message as AsyncIterable<Message>);
        return answerTo(call, each(handle(message, call) as AsyncIterable<unknown>, whole));
      };
    case "bidi_streaming":
      return async (request: AnyRequest) => {
        const call = callOf(request);
        return answerTo(call, each(handle(request.message, call) as AsyncIterable<unknown>, whole));
      };
  }
}

function unimplemented(method: DescMethod): Handler {
  return () => {
    throw new ConnectError(`${method.parent.typeName}.${method.name} is not implemented`, Code.Unimplemented);
  };
}

function callOf(request: unknown): Call {
  if (request instanceof Call) return request;
  throw new TypeError("an interceptor must pass on its request or withMessage(request, …), not a copy");
}

function answerTo(call: Call, message: Message | AsyncIterable<Message>): AnyResponse {
  return new Answer(call, message) as unknown as AnyResponse;
}

async function* each(answers: AsyncIterable<unknown>, whole: (init: unknown) => Message) {
  for await (const answer of answers) yield whole(answer);
}

/** A stream of one message. */
export async function* only<T>(message: T): AsyncGenerator<T> {
  yield message;
}

async function single<T>(messages: AsyncIterable<T>): Promise<T> {
  const iterator = messages[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw new ConnectError("the request has no message", Code.Unimplemented);
  if (!(await iterator.next()).done) {
    throw new ConnectError("the request has more than one message", Code.Unimplemented);
  }
  return first.value;
}
