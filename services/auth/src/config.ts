import type { Settings } from "@craic/runtime/settings.js";
import { DEFAULT_HASH_COST, type HashCost } from "./password.js";
import {
  KeyFileError,
  loadOrCreateSigningKey,
  loadVerificationKey,
  type SigningKey,
  type VerificationKey,
} from "./signing-key.js";

export interface AuthConfig {
  readonly mysqlUrl: string;
  /** `undefined` only where settings.check() throws. */
  readonly signingKey: SigningKey | undefined;
  readonly oldKeys: readonly VerificationKey[];
  readonly accessTokenSeconds: number;
  /** How long a session lives when nobody refreshes it. */
  readonly sessionMs: number;
  readonly hashCost: HashCost;
  readonly hashesAtOnce: number;
}

const DAY_MS = 24 * 60 * 60_000;

export function readAuthConfig(settings: Settings): AuthConfig {
  const keyFile = settings.string("CRAIC_AUTH_KEY_FILE");
  const oldKeyFiles = settings.optional("CRAIC_AUTH_OLD_KEY_FILES")?.split(",") ?? [];
  return {
    mysqlUrl: settings.url("CRAIC_AUTH_MYSQL_URL", ["mysql"]),
    signingKey:
      keyFile === ""
        ? undefined
        : readKey(settings, "CRAIC_AUTH_KEY_FILE", () => loadOrCreateSigningKey(keyFile)),
    oldKeys: oldKeyFiles
      .map((file) => file.trim())
      .filter((file) => file !== "")
      .flatMap(
        (file) => readKey(settings, "CRAIC_AUTH_OLD_KEY_FILES", () => loadVerificationKey(file)) ?? [],
      ),
    accessTokenSeconds: settings.integer("CRAIC_AUTH_ACCESS_TOKEN_SECONDS", 900, 10, 86_400),
    sessionMs: DAY_MS * settings.integer("CRAIC_AUTH_SESSION_DAYS", 30, 1, 365),
    hashCost: {
      // The smallest that OWASP's list goes down to, at five passes.
      memoryKib: settings.integer(
        "CRAIC_AUTH_HASH_MEMORY_KIB",
        DEFAULT_HASH_COST.memoryKib,
        7_168,
        1_048_576,
      ),
      passes: settings.integer("CRAIC_AUTH_HASH_PASSES", DEFAULT_HASH_COST.passes, 1, 100),
    },
    hashesAtOnce: settings.integer("CRAIC_AUTH_HASHES_AT_ONCE", 2, 1, 64),
  };
}

/** Reads a key, or notes for the person who set `name` what is wrong with the file. */
function readKey<Key>(settings: Settings, name: string, read: () => Key): Key | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    settings.reject(`${name}: ${error.message}`);
    return undefined;
  }
}
