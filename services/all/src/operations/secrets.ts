import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { KubernetesApi } from "@craic/runtime/kubernetes.js";
import type { Logger } from "@craic/runtime/log.js";
import { changeSecret } from "./kept-secret.js";

export interface WantedSecrets {
  /** The Secret's name. */
  readonly secret: string;
  /** Keys that hold a password each. */
  readonly passwords: readonly string[];
  /** The key that holds what access tokens are signed with. */
  readonly signingKey: string | undefined;
}

/** Makes each secret that is missing. What is there stays as it is, at every upgrade. */
export async function keepSecrets(api: KubernetesApi, wanted: WantedSecrets, log: Logger): Promise<void> {
  await changeSecret(api, wanted.secret, (data) => {
    const makers = [
      ...wanted.passwords.map((key) => [key, newPassword] as const),
      ...(wanted.signingKey === undefined ? [] : [[wanted.signingKey, newSigningKey] as const]),
    ];
    const missing = makers.filter(([key]) => !data[key]);
    if (missing.length > 0)
      log.info({ keys: missing.map(([key]) => key) }, "making secrets that were missing");
    return Object.fromEntries(missing.map(([key, make]) => [key, make()]));
  });
}

/** 192 bits, of characters that mean nothing in a URL, in SQL or in a shell. */
function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

/** Ed25519, PKCS#8 in PEM. */
function newSigningKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
