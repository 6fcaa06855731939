import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { Metadata, StatusObject } from "@grpc/grpc-js";
import { retryDelayMs } from "./errors.js";
import { headersFromMetadata, metadataFromHeaders, unpadded } from "./metadata.js";
import { canceled, deadlineExceeded } from "./wire-error.js";

/** Where gRPC says when to call again, in milliseconds; below zero for not at all. */
export const PUSHBACK_KEY = "grpc-retry-pushback-ms";

/** Where gRPC carries google.rpc.Status, the status with its details. */
const DETAILS_KEY = "grpc-status-details-bin";

/**
 * An error as a gRPC status. Details, metadata and the headers that were not sent yet all go into the trailers:
 * an answer that is nothing but trailers is one that a caller may ask for again.
 */
export function statusFromError(
  error: ConnectError,
  header: Headers | undefined,
  trailer: Headers | undefined,
): StatusObject {
  const carried = new Headers(header);
  trailer?.forEach((value, name) => void carried.append(name, value));
  setTrailerStatus(carried, error);
  const metadata = metadataFromHeaders(carried);
  const details = carried.get(DETAILS_KEY);
  if (details !== null) metadata.set(DETAILS_KEY, Buffer.from(details, "base64"));
  const pushback = error.code === Code.Unavailable ? pushbackOf(error) : undefined;
  if (pushback !== undefined) metadata.set(PUSHBACK_KEY, pushback);
  return { code: error.code as number, details: error.rawMessage, metadata };
}

/** What came off a wire has been tried again by whoever called there, so its own caller should not. */
function pushbackOf(error: ConnectError): string | undefined {
  return error.isWireError ? "-1" : retryDelayMs(error)?.toString();
}

/**
 * A gRPC status as an error. What grpc-js itself found out (no connection, a deadline) is put in our words,
 * since its own tell addresses of the network; they are kept as the cause.
 */
export function errorFromStatus(
  status: StatusObject,
  header: Metadata | undefined,
  peer: string,
): ConnectError {
  const answered = header !== undefined || status.metadata.get("content-type").length > 0;
  const own = answered ? undefined : ownError(status, peer);
  if (own !== undefined) return own;
  const carried = header === undefined ? new Headers() : headersFromMetadata(header);
  headersFromMetadata(status.metadata).forEach((value, name) => void carried.append(name, value));
  const error = new ConnectError(sentenceOf(status), codeOf(status), carried);
  error.details = detailsOf(status);
  error.isWireError = true;
  return error;
}

function codeOf({ code }: StatusObject): Code {
  return Code[code] === undefined ? Code.Unknown : (code as number as Code);
}

/** A server of grpc-js that sees the deadline pass before its handler does says so in words of its own. */
function sentenceOf({ details }: StatusObject): string {
  return details === "Deadline exceeded" ? deadlineExceeded().rawMessage : details;
}

function detailsOf({ code, metadata }: StatusObject): ConnectError["details"] {
  const [bytes] = metadata.get(DETAILS_KEY);
  if (!(bytes instanceof Buffer)) return [];
  try {
    return (
      findTrailerError(new Headers({ [DETAILS_KEY]: unpadded(bytes), "grpc-status": String(code) }))
        ?.details ?? []
    );
  } catch {
    // Not what it should be; code and sentence stand without.
    return [];
  }
}

/** What grpc-js gives where nobody has answered. */
function ownError({ code, details }: StatusObject, peer: string): ConnectError | undefined {
  const cause = new Error(details);
  switch (code as number) {
    case Code.DeadlineExceeded:
      return Object.assign(deadlineExceeded(), { cause });
    case Code.Canceled:
      return Object.assign(canceled(), { cause });
    case Code.Unavailable:
      return Object.assign(
        new ConnectError(`${peer} cannot be reached`, Code.Unavailable, undefined, undefined, cause),
        { isWireError: true },
      );
    default:
      return undefined;
  }
}
