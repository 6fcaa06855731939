import type { IncomingMessage, ServerResponse } from "node:http";
import { cors } from "@connectrpc/connect";

/** How long a browser may remember a preflight's answer, in seconds; no browser keeps it for longer. */
const PREFLIGHT_MAX_AGE_S = 7_200;

const ALLOWED_METHODS = cors.allowedMethods.join(", ");
const ALLOWED_HEADERS = [
  ...cors.allowedHeaders,
  "authorization",
  "x-request-id",
  "traceparent",
  "tracestate",
].join(", ");
const EXPOSED_HEADERS = [...cors.exposedHeaders, "x-request-id", "date"].join(", ");

/**
 * Lets pages of the allowed origins call (CORS, the Fetch standard's section 3.3). Returns true when the
 * request was a preflight and has been answered.
 */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  allowedOrigins: ReadonlySet<string>,
): boolean {
  const { origin } = request.headers;
  if (origin !== undefined) response.setHeader("vary", "origin");
  if (origin !== undefined && allowedOrigins.has(origin)) {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-credentials", "true");
    response.setHeader("access-control-expose-headers", EXPOSED_HEADERS);
  }
  if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined)
    return false;
  if (origin !== undefined && allowedOrigins.has(origin)) {
    response.setHeader("access-control-allow-methods", ALLOWED_METHODS);
    response.setHeader("access-control-allow-headers", ALLOWED_HEADERS);
    response.setHeader("access-control-max-age", String(PREFLIGHT_MAX_AGE_S));
  }
  // A browser reads "no" from the headers that are missing.
  response.writeHead(204).end();
  return true;
}

/** Content types that no form and no fetch without a preflight can send. */
const NEEDS_PREFLIGHT = /^application\/(proto|connect\+|grpc)/;

/**
 * Why a POST must not be believed to come from a person's own doing, or undefined when it may. Another site
 * can make a browser send its visitor's cookies along, but it can neither hide where the request comes from
 * nor, without a preflight that `answerPreflight` refuses, choose a header.
 *
 * @param carriesSession whether the request carries session cookies
 */
export function forgerySuspicion(
  request: IncomingMessage,
  allowedOrigins: ReadonlySet<string>,
  carriesSession: boolean,
): string | undefined {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin") return undefined;
  if (origin !== undefined) {
    if (allowedOrigins.has(origin) || hostOf(origin) === host) return undefined;
    return `origin "${origin}" is not allowed to act for a person`;
  }
  if (site === "cross-site" || site === "same-site") return "another site is not allowed to act for a person";
  if (!carriesSession || request.headers["connect-protocol-version"] !== undefined) return undefined;
  if (NEEDS_PREFLIGHT.test(request.headers["content-type"] ?? "")) return undefined;
  return "a call with session cookies needs the header connect-protocol-version";
}

/** Whether a call comes from a page of ours in a browser, which sends our cookies again. */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  return origin !== null && hostOf(origin) === headers.get("host");
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
