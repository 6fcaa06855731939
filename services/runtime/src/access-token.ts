import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { Code, type ConnectError } from "@connectrpc/connect";
import { reasoned } from "./errors.js";
import { anonymous, type Principal } from "./principal.js";

/** Who issues access tokens, and for whom. */
const ISSUER = "craic";
const AUDIENCE = "craic";
/** How far another machine's clock may be ahead of ours, in seconds. */
const CLOCK_SKEW_S = 60;

/** Finds the public key that a token names, or undefined when there is none by that name. */
export type FindKey = (keyId: string) => Promise<KeyObject | undefined>;

/** A token that was found good, and how long it is. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly expiresAtMs: number;
}

/** Verifies a JSON Web Token that auth has signed with Ed25519 (RFC 7519, RFC 8037). UNAUTHENTICATED if it is not good. */
export async function verifyAccessToken(
  token: string,
  findKey: FindKey,
  nowMs: number,
): Promise<VerifiedToken> {
  const [head, body, signature, ...rest] = token.split(".");
  if (!head || !body || !signature || rest.length > 0) throw invalidToken();
  const header = decode(head);
  if (header?.alg !== "EdDSA" || typeof header.kid !== "string") throw invalidToken();
  const key = await findKey(header.kid);
  if (key === undefined) throw invalidToken();
  // The algorithm is the key's own, whatever the header claims.
  if (!verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url")))
    throw invalidToken();
  return readClaims(decode(body), nowMs);
}

function readClaims(claims: Record<string, unknown> | undefined, nowMs: number): VerifiedToken {
  const { iss, aud, sub, exp, iat, roles = [] } = claims ?? {};
  const forUs = iss === ISSUER && (Array.isArray(aud) ? aud.includes(AUDIENCE) : aud === AUDIENCE);
  if (!forUs || typeof sub !== "string" || sub === "" || typeof exp !== "number") throw invalidToken();
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === "string")) throw invalidToken();
  if (typeof iat === "number" && iat > nowMs / 1_000 + CLOCK_SKEW_S) throw invalidToken();
  const expiresAtMs = exp * 1_000;
  if (expiresAtMs <= nowMs) throw expiredToken();
  const held = roles.length === 0 ? anonymous.roles : (Object.freeze(roles) as string[]);
  return { principal: Object.freeze({ userId: sub, roles: held }), expiresAtMs };
}

export function expiredToken(): ConnectError {
  return reasoned(Code.Unauthenticated, "TOKEN_EXPIRED", "the access token has expired");
}

export function invalidToken(): ConnectError {
  return reasoned(Code.Unauthenticated, "TOKEN_INVALID", "the access token is not valid");
}

/** An Ed25519 public key as a JSON Web Key set publishes it; undefined if it is anything else. */
export function publicKeyOf({ kty, crv, x }: { kty: string; crv: string; x: string }): KeyObject | undefined {
  if (kty !== "OKP" || crv !== "Ed25519") return undefined;
  try {
    return createPublicKey({ key: { kty, crv, x }, format: "jwk" });
  } catch {
    return undefined;
  }
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
