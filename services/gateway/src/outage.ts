import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";

/** What a service says about the request or its caller; the next service would say the same. */
const ABOUT_THE_REQUEST: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.OutOfRange,
  Code.NotFound,
  Code.AlreadyExists,
  Code.Unauthenticated,
  Code.PermissionDenied,
]);

/**
 * Whether a failed call means that its service cannot answer for the moment: not what is wrong with the
 * request, and not that the one who waits for the whole answer has given up.
 */
export function isOutage(error: unknown, { signal }: Pick<HandlerContext, "signal">): boolean {
  return !signal.aborted && !ABOUT_THE_REQUEST.has(ConnectError.from(error).code);
}
