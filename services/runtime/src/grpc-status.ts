import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { Metadata, StatusObject } from "@grpc/grpc-js";
import { headersFromMetadata, metadataFromHeaders, unpadded } from "./metadata.js";
import { canceled, deadlineExceeded } from "./wire-error.js";

/** Where gRPC carries google.rpc.Status, the status with its details. */
const DETAILS_KEY = "grpc-status-details-bin";

/** An error as a gRPC status, its metadata and details in the trailers. */
export function statusFromError(error: ConnectError, trailer: Headers | undefined): StatusObject {
  const carried = setTrailerStatus(new Headers(trailer), error);
  const metadata = metadataFromHeaders(carried);
  const details = carried.get(DETAILS_KEY);
  if (details !== null) metadata.set(DETAILS_KEY, Buffer.from(details, "base64"));
  return { code: error.code as number, details: error.rawMessage, metadata };
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
  const local = answered ? undefined : localError(status, peer);
  if (local !== undefined) return local;
  if (status.code === (Code.DeadlineExceeded as number)) return deadlineExceeded();
  const carried = header === undefined ? new Headers() : headersFromMetadata(header);
  headersFromMetadata(status.metadata).forEach((value, name) => void carried.append(name, value));
  const details = status.metadata.get(DETAILS_KEY)[0];
  const read = new Headers({
    "grpc-status": String(status.code),
    "grpc-message": encodeURIComponent(status.details),
  });
  if (details instanceof Buffer) read.set(DETAILS_KEY, unpadded(details));
  const error = findTrailerError(read) ?? new ConnectError(status.details, Code.Unknown);
  const received = new ConnectError(error.rawMessage, error.code, carried);
  received.details = error.details;
  received.isWireError = true;
  return received;
}

function localError({ code, details }: StatusObject, peer: string): ConnectError | undefined {
  const cause = new Error(details);
  switch (code as number) {
    case Code.DeadlineExceeded:
      return Object.assign(deadlineExceeded(), { cause });
    case Code.Canceled:
      return Object.assign(canceled(), { cause });
    case Code.Unavailable:
      return new ConnectError(`${peer} cannot be reached`, Code.Unavailable, undefined, undefined, cause);
    default:
      return undefined;
  }
}
