import type { DescMethodUnary, Message } from "@bufbuild/protobuf";
import type { HandlerContext, Transport } from "@connectrpc/connect";
import type { Registration } from "@craic/runtime/module.js";
import { onward } from "@craic/runtime/onward.js";
import type { AllowedMethods } from "./allow-list.js";

/**
 * Handlers that forward the allowed methods of a service as they come, under the caller's identity. The
 * service is offered with these methods only, as if it had no others.
 */
export function passThrough({ service, methods }: AllowedMethods, transport: Transport): Registration {
  const offered = service.methods.filter(({ localName }) => methods.includes(localName));
  const handlers = offered.map((method) => [method.localName, forward(method as DescMethodUnary, transport)]);
  return { service: { ...service, methods: offered }, implementation: Object.fromEntries(handlers) };
}

function forward(method: DescMethodUnary, transport: Transport) {
  return async (request: Message, context: HandlerContext) => {
    const { signal, timeoutMs, headers, contextValues } = onward(context);
    const answer = await transport.unary(method, signal, timeoutMs, headers, request, contextValues);
    copyHeaders(answer.header, context.responseHeader);
    copyHeaders(answer.trailer, context.responseTrailer);
    return answer.message;
  };
}

/** Belong to the connection or to the protocol that an answer came by, and not to the answer. */
const NOT_COPIED = /^(:|grpc-|connect-|content-|accept-|transfer-|date$|trailer$|connection$|x-request-id$)/;

function copyHeaders(from: Headers, to: Headers): void {
  from.forEach((value, name) => {
    if (!NOT_COPIED.test(name)) to.append(name, value);
  });
}
