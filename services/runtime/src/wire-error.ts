import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { isDatabaseUnreachable } from "./database-error.js";
import { retryLater } from "./errors.js";

/** All that a caller learns about a fault of ours. The cause is in the log, under the request's id. */
const INTERNAL_SENTENCE = "something went wrong on our side";
/** An answer whose headers are longer than its receiver allows is lost whole. */
const MAX_SENTENCE_LENGTH = 2_000;
const DATABASE_RETRY_MS = 1_000;

export const deadlineExceeded = () => new ConnectError("the deadline has passed", Code.DeadlineExceeded);
export const canceled = () => new ConnectError("the call was cancelled", Code.Canceled);

/** What the caller of a call gets that it has itself given up. */
export function abortError({ reason }: AbortSignal): ConnectError {
  return reason instanceof ConnectError ? reason : Object.assign(canceled(), { cause: reason });
}

/**
 * What a caller may be told about a failure: a ConnectError as it is, a database that cannot be reached as
 * UNAVAILABLE, the end of a call that was given up as the reason for that, and anything else as INTERNAL.
 */
export function publicError(reason: unknown, abortReason?: ConnectError): ConnectError {
  if (reason instanceof ConnectError) return sendable(reason);
  if (abortReason !== undefined && isAbort(reason)) return abortReason;
  if (isDatabaseUnreachable(reason)) {
    return retryLater(Code.Unavailable, "a database cannot be reached", DATABASE_RETRY_MS, reason);
  }
  return new ConnectError(INTERNAL_SENTENCE, Code.Internal, undefined, undefined, reason);
}

/** The same error with words that a header can hold. */
function sendable(error: ConnectError): ConnectError {
  const { rawMessage, code, details, cause } = error;
  if (rawMessage.length <= MAX_SENTENCE_LENGTH && rawMessage.isWellFormed()) return error;
  const sentence = rawMessage.slice(0, MAX_SENTENCE_LENGTH).toWellFormed();
  const metadata = error.isWireError ? undefined : error.metadata;
  return Object.assign(new ConnectError(sentence, code, metadata, undefined, cause), { details });
}

/** The error as if it had crossed a wire: details in bytes, no cause, none of the sender's objects. */
export function acrossTheWire(
  error: ConnectError,
  ...metadata: readonly (Headers | undefined)[]
): ConnectError {
  const received = new ConnectError(error.rawMessage, error.code);
  // What another server's error said beside its status stays with whoever called that server.
  const sources = error.isWireError ? metadata : [...metadata, error.metadata];
  for (const source of sources) source?.forEach((value, name) => void received.metadata.append(name, value));
  received.details = error.details.map((detail) =>
    "desc" in detail
      ? { type: detail.desc.typeName, value: toBinary(detail.desc, create(detail.desc, detail.value)) }
      : detail,
  );
  received.isWireError = true;
  return received;
}

function isAbort(reason: unknown): boolean {
  if (typeof reason !== "object" || reason === null || !("name" in reason)) return false;
  return reason.name === "AbortError" || reason.name === "TimeoutError";
}
