import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { KeySet } from "./key-set.js";
import { CLIENT_ENCRYPTED_HEADER, isRpcUrl } from "./request-headers.js";
import { securityHeaders } from "./security-headers.js";
import type { Encoding, StaticFile } from "./static-files.js";

const INDEX = "/index.html";
const TEXT = "text/plain; charset=utf-8";

/** Answers what the HTTP port is asked beyond RPCs: the page's files, the key set, and whether we live. */
export function createPage({
  files,
  keySet,
  secure,
}: {
  files: ReadonlyMap<string, StaticFile>;
  keySet: KeySet;
  /** Every browser comes over TLS, whatever the last hop to here looks like. */
  secure: boolean;
}) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = urlPath(request.url ?? "/");
    const encrypted = secure || request.headers[CLIENT_ENCRYPTED_HEADER] === "true";
    for (const [name, value] of Object.entries(securityHeaders(encrypted))) {
      if (value !== undefined) response.setHeader(name, value);
    }
    if (isRpcUrl(path)) unknownRpc(response, path);
    else if (request.method !== "GET" && request.method !== "HEAD") wrongMethod(request, response);
    else if (path === "/healthz") plain(request, response, 200, "ok\n");
    else if (path === "/.well-known/jwks.json") void answerKeySet(request, response, keySet);
    else answerPath(request, response, path, files);
  };
}

function answerPath(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  files: ReadonlyMap<string, StaticFile>,
): void {
  const index = files.get(INDEX);
  const wantsIndex = path === "/" || isNavigation(request, path);
  const file = files.get(path) ?? (wantsIndex ? index : undefined);
  if (file !== undefined) answerFile(request, response, file);
  else if (wantsIndex) plain(request, response, 503, "the page has not been built\n");
  else plain(request, response, 404, "not found\n");
}

/** A path that does not decode names nothing. */
function urlPath(url: string): string {
  const path = url.split(/[?#]/, 1)[0]!;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Whether somebody goes to an address of the page, which the page itself then routes. Scripts and images of
 * the page that are not there must be a plain 404: an HTML answer to them would be an odd failure later on.
 */
function isNavigation(request: IncomingMessage, path: string): boolean {
  if (path.slice(path.lastIndexOf("/")).includes(".") || path.startsWith("/assets/")) return false;
  const mode = request.headers["sec-fetch-mode"];
  if (mode !== undefined) return mode === "navigate";
  return /text\/html|\*\/\*/.test(request.headers.accept ?? "*/*");
}

function answerFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  const encoding = preferredEncoding(request.headers["accept-encoding"] ?? "", file.encoded);
  const etag = `"${file.digest}${encoding === undefined ? "" : `-${encoding}`}"`;
  const headers: OutgoingHttpHeaders = {
    "content-type": file.contentType,
    "cache-control": file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag,
  };
  if (file.encoded.size > 0) headers.vary = "accept-encoding";
  if (matches(request.headers["if-none-match"], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  if (encoding !== undefined) headers["content-encoding"] = encoding;
  answer(request, response, 200, headers, file.encoded.get(encoding as Encoding) ?? file.content);
}

/** Brotli is the smaller one. */
function preferredEncoding(
  acceptEncoding: string,
  encoded: ReadonlyMap<Encoding, Buffer>,
): Encoding | undefined {
  const accepted = new Set<string>();
  for (const part of acceptEncoding.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name);
  }
  return (["br", "gzip"] as const).find((encoding) => accepted.has(encoding) && encoded.has(encoding));
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

async function answerKeySet(
  request: IncomingMessage,
  response: ServerResponse,
  keySet: KeySet,
): Promise<void> {
  const json = await keySet.json().catch(() => undefined);
  if (json === undefined) {
    response.setHeader("retry-after", "1");
    plain(request, response, 503, "the key set cannot be had for the moment\n");
    return;
  }
  const headers = {
    "content-type": "application/jwk-set+json",
    "cache-control": "public, max-age=60",
    "access-control-allow-origin": "*",
  };
  answer(request, response, 200, headers, json);
}

/** In the words of Connect; gRPC-Web clients read UNIMPLEMENTED from the HTTP status. */
function unknownRpc(response: ServerResponse, path: string): void {
  const error = { code: "unimplemented", message: `${path.slice(1)} is not offered here` };
  response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify(error));
}

function wrongMethod(request: IncomingMessage, response: ServerResponse): void {
  answer(request, response, 405, { "content-type": TEXT, allow: "GET, HEAD" }, "use GET or HEAD\n");
}

function plain(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  answer(request, response, status, { "content-type": TEXT, "cache-control": "no-store" }, text);
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}
