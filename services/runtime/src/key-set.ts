import type { KeyObject } from "node:crypto";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { type FindKey, publicKeyOf } from "./access-token.js";
import { retryLater } from "./errors.js";

/** Keys are fetched again at this age, so that one that was withdrawn is not trusted for ever. */
const MAX_AGE_MS = 600_000;
/** A token that names a key we do not know may be new, or may be junk: ask at most this often. */
const MIN_AGE_MS = 10_000;
const FETCH_TIMEOUT_MS = 2_000;

/**
 * Finds the keys that auth publishes, fetched when first asked for and remembered. A key that is not there is
 * looked for once more. UNAVAILABLE while there are no keys to be had.
 */
export function createKeyFinder(transport: Transport, now: () => number = Date.now): FindKey {
  const auth = createClient(AuthService, transport);
  let keys: ReadonlyMap<string, KeyObject> | undefined;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  async function fetchKeys(): Promise<void> {
    fetchedAtMs = now();
    try {
      const response = await auth.getKeySet({}, { timeoutMs: FETCH_TIMEOUT_MS });
      keys = new Map(
        response.keys.flatMap((key) => {
          const publicKey = publicKeyOf(key);
          return publicKey ? [[key.kid, publicKey] as const] : [];
        }),
      );
    } catch (cause) {
      // Keys that we have go on being good. Without any, the next call may try again at once.
      if (keys !== undefined) return;
      fetchedAtMs = Number.NEGATIVE_INFINITY;
      if (cause instanceof ConnectError && cause.code === Code.Canceled) throw cause;
      throw retryLater(Code.Unavailable, "access tokens cannot be verified for the moment", 1_000, cause);
    } finally {
      fetching = undefined;
    }
  }

  return async (keyId) => {
    const ageMs = now() - fetchedAtMs;
    const known = keys?.get(keyId);
    if (known !== undefined && ageMs < MAX_AGE_MS) return known;
    if (fetching !== undefined || ageMs >= MIN_AGE_MS) {
      fetching ??= fetchKeys();
      await fetching;
    }
    return keys?.get(keyId);
  };
}
