import type { IncomingMessage, ServerResponse } from "node:http";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { clientAddress, isEncrypted } from "./client-address.js";
import { readSessionCookies } from "./cookies.js";
import { answerPreflight, forgerySuspicion } from "./cross-origin.js";
import { CLIENT_ADDRESS_HEADER, CLIENT_ENCRYPTED_HEADER, isRpcUrl } from "./request-headers.js";

const SESSION_PATH = `/${SessionService.typeName}/`;

export interface DoorOptions {
  /** Origins whose pages may call, beside the gateway's own. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Proxies of ours that a request passes. */
  readonly trustedProxies: number;
}

/**
 * What every request on the HTTP port passes before anything looks at it: CORS, the check against forged
 * requests, and a session cookie that becomes the call's bearer token. Returns false when it has answered
 * the request itself.
 */
export function createDoor({ allowedOrigins, trustedProxies }: DoorOptions) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { headers } = request;
    headers[CLIENT_ADDRESS_HEADER] = clientAddress(request, trustedProxies);
    headers[CLIENT_ENCRYPTED_HEADER] = String(isEncrypted(request, trustedProxies));
    const url = request.url ?? "/";
    if (!isRpcUrl(url)) return true;
    if (answerPreflight(request, response, allowedOrigins)) return false;
    // An answer may hold what belongs to one person.
    response.setHeader("cache-control", "no-store");

    const { accessToken, refreshToken } = readSessionCookies(headers.cookie);
    const carriesSession = accessToken !== undefined || refreshToken !== undefined;
    const isSessionCall = url.startsWith(SESSION_PATH);
    // Signing in needs the check too, or another site could sign a visitor in as somebody else.
    if (
      request.method !== "GET" &&
      headers.authorization === undefined &&
      (carriesSession || isSessionCall)
    ) {
      const suspicion = forgerySuspicion(request, allowedOrigins, carriesSession);
      if (suspicion !== undefined) {
        refuse(response, suspicion);
        return false;
      }
    }
    // SessionService reads the cookies itself: an expired token is what it is there to mend.
    if (headers.authorization === undefined && accessToken !== undefined && !isSessionCall) {
      headers.authorization = `Bearer ${accessToken}`;
    }
    return true;
  };
}

/** A Connect error; gRPC-Web clients read PERMISSION_DENIED from the HTTP status. */
function refuse(response: ServerResponse, message: string): void {
  response.writeHead(403, { "content-type": "application/json" });
  response.end(JSON.stringify({ code: "permission_denied", message }));
}
