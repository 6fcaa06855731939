import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { type Registration, register } from "../../services/runtime/src/module.js";

/** Signs access tokens and publishes the keys, as auth does. */
export interface TokenIssuer {
  readonly registration: Registration;
  /** A token as its header and claims say; what is left out is as it should be. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): string;
  /** From now on tokens are signed with a new key, which is published beside the old ones. */
  rotate(): void;
  /** From now on only the newest key is published. */
  withdraw(): void;
  /** Makes the key set fail to be had while set. */
  isAway: boolean;
  /** How often the key set was asked for. */
  asked(): number;
}

const TOKEN_S = 600;

export function createTokenIssuer(now: () => number = Date.now): TokenIssuer {
  let asked = 0;
  const keys: { kid: string; publicKey: KeyObject; privateKey: KeyObject }[] = [];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const issuer: TokenIssuer = {
    isAway: false,
    registration: register(AuthService, {
      getKeySet() {
        asked++;
        if (issuer.isAway) throw new Error("the key store is on fire");
        return {
          keys: keys.map(({ kid, publicKey }) => {
            const { x = "" } = publicKey.export({ format: "jwk" });
            return { kid, kty: "OKP", crv: "Ed25519", x };
          }),
        };
      },
    }),
    token(claims = {}, header = {}) {
      const { kid, privateKey } = keys.at(-1)!;
      const iat = Math.floor(now() / 1_000);
      const head = encode({ alg: "EdDSA", typ: "JWT", kid, ...header });
      const body = encode({
        iss: "craic",
        aud: "craic",
        sub: "user-1",
        roles: [],
        iat,
        exp: iat + TOKEN_S,
        ...claims,
      });
      return `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), privateKey).toString("base64url")}`;
    },
    rotate() {
      keys.push({ kid: `key-${keys.length + 1}`, ...generateKeyPairSync("ed25519") });
    },
    withdraw() {
      keys.splice(0, keys.length - 1);
    },
    asked: () => asked,
  };
  issuer.rotate();
  return issuer;
}
