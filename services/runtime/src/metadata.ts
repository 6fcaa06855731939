import { Metadata } from "@grpc/grpc-js";
import { CallHeaders, type HeaderSource, pairsOf } from "./call-headers.js";

/** Headers that belong to a transport and are written by it alone; but when to call again is for callers to see. */
const RESERVED =
  /^(grpc-(?!retry-pushback-ms$)|:|connection$|content-length$|content-type$|date$|host$|keep-alive$|te$|transfer-encoding$)/;

/** gRPC metadata as headers; values of -bin keys in base64, as they are on the wire. */
export function headersFromMetadata(metadata: Metadata): Headers {
  const headers = new CallHeaders();
  const entries = metadata.toJSON() as Record<string, (string | Buffer)[]>;
  for (const name in entries) {
    if (RESERVED.test(name)) continue;
    for (const value of entries[name] as (string | Buffer)[]) {
      headers.append(name, typeof value === "string" ? value : unpadded(value));
    }
  }
  return headers;
}

/**
 * Headers as gRPC metadata. Names that gRPC does not allow are left out; characters that it does not allow in
 * a value are percent-encoded, as it does itself with the words of an error.
 */
export function metadataFromHeaders(source: HeaderSource | undefined): Metadata {
  const metadata = new Metadata();
  if (source === undefined) return metadata;
  for (const [name, value] of pairsOf(source)) addHeader(metadata, name.toLowerCase(), value);
  return metadata;
}

const ALLOWED_NAME = /^[0-9a-z_.-]+$/;
const ALLOWED_VALUE = /^[ -~]*$/;

function addHeader(metadata: Metadata, name: string, value: string): void {
  if (RESERVED.test(name) || !ALLOWED_NAME.test(name)) return;
  if (name.endsWith("-bin")) {
    for (const part of value.split(",")) metadata.add(name, Buffer.from(part.trim(), "base64"));
  } else {
    metadata.add(name, ALLOWED_VALUE.test(value) ? value : encodeURI(value.toWellFormed()));
  }
}

/** gRPC writes base64 without padding and reads it either way. */
export function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
