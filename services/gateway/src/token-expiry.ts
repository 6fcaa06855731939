/** So much is left at least of a token that is worth presenting, in milliseconds. */
const MARGIN_MS = 5_000;

/**
 * Whether a JSON Web Token is at its end, by what it says of itself. Nothing is believed on that account:
 * whoever is presented with the token verifies it.
 */
export function isExpired(token: string, now: Date): boolean {
  const expiresAtS = readExpiry(token);
  return expiresAtS === undefined || expiresAtS * 1_000 - MARGIN_MS <= now.getTime();
}

function readExpiry(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    if (typeof claims !== "object" || claims === null || !("exp" in claims)) return undefined;
    return typeof claims.exp === "number" ? claims.exp : undefined;
  } catch {
    return undefined;
  }
}
