import type { CallOptions, Client } from "@connectrpc/connect";
import type { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";

/** The public keys of access tokens as a JSON Web Key Set (RFC 7517). */
export interface KeySet {
  /** Rejects when it cannot be had. */
  json(): Promise<string>;
}

/** Keys change by the day; a minute keeps a crowd of readers away from the auth service. */
const TTL_MS = 60_000;
const CALL: CallOptions = { timeoutMs: 3_000 };

export function createKeySet(auth: Pick<Client<typeof AuthService>, "getKeySet">, now: () => Date): KeySet {
  let held: { json: string; expiresAtMs: number } | undefined;
  return {
    async json() {
      const nowMs = now().getTime();
      if (held === undefined || held.expiresAtMs <= nowMs) {
        const { keys } = await auth.getKeySet({}, CALL);
        const published = keys.map(({ kid, kty, crv, x }) => ({
          kid,
          kty,
          crv,
          x,
          use: "sig",
          alg: "EdDSA",
        }));
        held = { json: JSON.stringify({ keys: published }), expiresAtMs: nowMs + TTL_MS };
      }
      return held.json;
    },
  };
}
