import type { DescMessage } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";

/** What a caller gets whose bytes are no message of the type they should be. */
export function malformedRequest(desc: DescMessage, cause: unknown): ConnectError {
  const sentence = `the request is not a valid ${desc.typeName}`;
  return new ConnectError(sentence, Code.InvalidArgument, undefined, undefined, cause);
}

/** How Connect begins what it says of bytes that are no message; nothing else about the error tells. */
const PARSE_FAILURE = "parse binary: ";

/**
 * Makes Connect answer to such bytes as gRPC does; on its own it would say INTERNAL. It parses them before it asks
 * any code of ours, but before it answers it aborts the call with the error that it is about to send.
 *
 * @param context of a call whose request has not been read yet
 */
export function blameCallerForMalformedBytes({ signal, method }: HandlerContext): void {
  const amend = () => {
    const error: unknown = signal.reason;
    if (error instanceof ConnectError && error.rawMessage.startsWith(PARSE_FAILURE)) {
      const { code, message, rawMessage } = malformedRequest(method.input, error);
      Object.assign(error, { code, message, rawMessage });
    }
  };
  signal.addEventListener("abort", amend, { once: true });
}
