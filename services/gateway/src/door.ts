import type { IncomingMessage, ServerResponse } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { retryLater } from "@craic/runtime/errors.js";
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
  /** Calls that are let in at a time. */
  readonly maxCallsAtOnce: number;
}

/** When to come back after being turned away because too much is under way. */
const BUSY_RETRY_MS = 500;

/**
 * What every request on the HTTP port passes before anything looks at it: CORS, the limit of calls at a time,
 * the check against forged requests, and a session cookie that becomes the call's bearer token. Returns false
 * when it has answered the request itself.
 *
 * Calls beyond the limit are turned away here, where that costs next to nothing. Were all let in, each would
 * wait for all others, until every one of them came too late.
 */
export function createDoor({ allowedOrigins, trustedProxies, maxCallsAtOnce }: DoorOptions) {
  let underWay = 0;

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { headers } = request;
    headers[CLIENT_ADDRESS_HEADER] = clientAddress(request, trustedProxies);
    headers[CLIENT_ENCRYPTED_HEADER] = String(isEncrypted(request, trustedProxies));
    const url = request.url ?? "/";
    if (!isRpcUrl(url)) return true;
    if (answerPreflight(request, response, allowedOrigins)) return false;
    // An answer may hold what belongs to one person.
    response.setHeader("cache-control", "no-store");
    if (underWay >= maxCallsAtOnce) {
      refuse(response, 503, retryLater(Code.Unavailable, "too much is going on; try again", BUSY_RETRY_MS));
      return false;
    }
    underWay++;
    response.once("close", () => {
      underWay--;
    });

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
        refuse(response, 403, new ConnectError(suspicion, Code.PermissionDenied));
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

/** In the words of Connect; gRPC-Web clients read the code from the HTTP status. */
function refuse(response: ServerResponse, status: 403 | 503, error: ConnectError): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(errorToJsonBytes(error, undefined));
}
