import { isIPv4 } from "node:net";

/** Loopback, and the networks that RFC 1918 keeps for private use. */
const PRIVATE = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;
/** Names that only a cluster's own DNS answers: of a Service, with or without its namespace. */
const CLUSTER_NAME = /^[a-z0-9-]+$|^[a-z0-9-]+\.[a-z0-9-]+(\.svc(\.cluster\.local)?)?$/;

/**
 * Whether an origin is one that load may be put on: a Service of the cluster that this runs in, or this machine. A name
 * of two parts could be somebody's domain, so it needs ".svc" behind it.
 */
export function isOwnGateway(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  if (protocol !== "http:") return false;
  if (isIPv4(hostname)) return PRIVATE.test(hostname);
  if (hostname === "[::1]") return true;
  return CLUSTER_NAME.test(hostname) && (!hostname.includes(".") || hostname.includes(".svc"));
}
