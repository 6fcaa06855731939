import { createHash, randomBytes } from "node:crypto";

/**
 * What a refresh token says once read. The session's id is in it so that a token that was spent long ago, and
 * is no longer on file, can still end the session: nobody learns the id but from one of its tokens.
 */
export interface RefreshToken {
  readonly sessionId: string;
  /** SHA-256 of the 256 random bits that make the token hard to guess; only this is ever stored. */
  readonly secretHash: Buffer;
}

const SESSION_ID_BYTES = 16;
const SECRET_BYTES = 32;

/** A new token of a session: `text` for the client, the rest for the store. */
export function mintRefreshToken(sessionId: string): RefreshToken & { readonly text: string } {
  const secret = randomBytes(SECRET_BYTES);
  const text = Buffer.concat([Buffer.from(sessionId.replaceAll("-", ""), "hex"), secret]).toString(
    "base64url",
  );
  return { sessionId, secretHash: sha256(secret), text };
}

/** `undefined` if the text is not in the form of our tokens. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  const bytes = Buffer.from(text, "base64url");
  // Decoding skips what is not base64url, so the way back tells whether that was all.
  if (bytes.length !== SESSION_ID_BYTES + SECRET_BYTES || bytes.toString("base64url") !== text)
    return undefined;
  const hex = bytes.toString("hex", 0, SESSION_ID_BYTES);
  const sessionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { sessionId, secretHash: sha256(bytes.subarray(SESSION_ID_BYTES)) };
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
