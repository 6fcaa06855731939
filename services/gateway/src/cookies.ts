import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { TokenPair } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";

const ACCESS_COOKIE = "craic_access";
const REFRESH_COOKIE = "craic_refresh";

/** The browser sends the refresh token to the methods that use it, and nowhere else. */
const REFRESH_PATH = `/${SessionService.typeName}/`;

/** The tokens that a browser's cookies hold. */
export interface SessionCookies {
  readonly accessToken?: string;
  readonly refreshToken?: string;
}

/** Reads the session out of a Cookie header. */
export function readSessionCookies(header: string | null | undefined): SessionCookies {
  const values = readCookies(header);
  return {
    accessToken: values.get(ACCESS_COOKIE) || undefined,
    refreshToken: values.get(REFRESH_COOKIE) || undefined,
  };
}

/** Reads a Cookie header. */
export function readCookies(header: string | null | undefined): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of (header ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    // The first of two with one name is the one with the longer path (RFC 6265, 5.4).
    if (!values.has(name)) values.set(name, pair.slice(equals + 1).trim());
  }
  return values;
}

/**
 * Set-Cookie headers that put a session's tokens into the browser.
 *
 * The access token's cookie lives as long as the session and not as the token: an expired token that is
 * still sent is answered UNAUTHENTICATED and refreshed, where a cookie that is gone would silently make
 * its owner a stranger.
 *
 * @param secure whether the browser may send them over TLS only
 */
export function setSessionCookies(tokens: TokenPair, secure: boolean, now: Date): string[] {
  const end = tokens.refreshTokenExpireTime;
  const maxAgeS = end === undefined ? 0 : Math.max(0, Math.floor((timestampMs(end) - now.getTime()) / 1_000));
  return sessionCookies(tokens.accessToken, tokens.refreshToken, maxAgeS, secure);
}

/** Set-Cookie headers that take a session's tokens out of the browser. */
export function clearSessionCookies(secure: boolean): string[] {
  return sessionCookies("", "", 0, secure);
}

function sessionCookies(
  accessToken: string,
  refreshToken: string,
  maxAgeS: number,
  secure: boolean,
): string[] {
  const ending = `HttpOnly; Max-Age=${maxAgeS}${secure ? "; Secure" : ""}`;
  return [
    `${ACCESS_COOKIE}=${accessToken}; Path=/; SameSite=Lax; ${ending}`,
    `${REFRESH_COOKIE}=${refreshToken}; Path=${REFRESH_PATH}; SameSite=Strict; ${ending}`,
  ];
}
