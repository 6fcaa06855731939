import { randomUUIDv7 } from "node:crypto";
import type { Interceptor } from "@connectrpc/connect";
import { type AnyRequest, Call } from "./call.js";

const HEADER = "x-request-id";
/** What we take from a caller: short, and harmless in a log line. */
const SANE = /^[A-Za-z0-9._-]{8,64}$/;

/**
 * Gives every call an id that sorts by time, or the caller's own where it is fit for one. It is in the request's headers from here
 * on, so that it travels onward, and in the answer's, whatever the answer is.
 */
export function requestId(): Interceptor {
  return (next) => (request) => {
    const given = request.header.get(HEADER);
    const id = given !== null && SANE.test(given) ? given : randomUUIDv7();
    if (id !== given) request.header.set(HEADER, id);
    if (request instanceof Call) request.responseHeader.set(HEADER, id);
    return next(request);
  };
}

/** The id that `requestId` gave a call. */
export function requestIdOf(request: Pick<AnyRequest, "header">): string {
  return request.header.get(HEADER) ?? "";
}
