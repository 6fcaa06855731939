import { randomUUID, sign } from "node:crypto";
import type { SigningKey } from "./signing-key.js";

/** `iss` and `aud` of every access token; runtime's access-token.ts, which verifies them, wants the same. */
const ISSUER = "craic";
const AUDIENCE = "craic";

/** RFC 9562's nil UUID: no account has it. */
export const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Whom a token speaks for. */
export interface TokenSubject {
  readonly userId: string;
  readonly roles: readonly string[];
}

export interface AccessToken {
  readonly token: string;
  readonly expireTime: Date;
}

/** A JWT (RFC 7519) signed with EdDSA (RFC 8037). */
export function issueAccessToken(
  key: SigningKey,
  { userId, roles }: TokenSubject,
  now: Date,
  ttlSeconds: number,
): AccessToken {
  const iat = Math.floor(now.getTime() / 1000);
  const exp = iat + ttlSeconds;
  const header = { alg: "EdDSA", typ: "JWT", kid: key.kid };
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: userId, roles, iat, exp, jti: randomUUID() };
  const signed = `${base64url(header)}.${base64url(claims)}`;
  const signature = sign(null, Buffer.from(signed), key.privateKey);
  return { token: `${signed}.${signature.toString("base64url")}`, expireTime: new Date(exp * 1000) };
}

/** A token of an administrator who is nobody in particular: of a Job, or of whoever has the key. */
export function issueOperatorToken(key: SigningKey, now: Date, ttlSeconds: number): AccessToken {
  return issueAccessToken(key, { userId: NOBODY, roles: ["admin"] }, now, ttlSeconds);
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
