import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** What a hash costs to make, and so to guess. */
export interface HashCost {
  /** Memory in KiB. */
  readonly memoryKib: number;
  readonly passes: number;
}

/** The OWASP Password Storage Cheat Sheet's smallest for argon2id with this little memory. */
export const DEFAULT_HASH_COST: HashCost = { memoryKib: 19_456, passes: 2 };

/** Hashes passwords with argon2id (RFC 9106) and checks them. */
export interface Passwords {
  /** A PHC string: $argon2id$v=19$m=…,t=…,p=1$salt$tag. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one that was hashed. Without a hash the answer is no, after the same time as
   * with one: how long a log-in takes must not tell who has an account.
   */
  verify(password: string, phc: string | undefined): Promise<boolean>;
  /** Whether a hash was made at another cost than hashes are made at now. */
  isOutdated(phc: string): boolean;
}

const PARALLELISM = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

export function createPasswords(cost: HashCost): Passwords {
  // Nobody's hash: a tag that was drawn, not derived, so that no password has it.
  const nobody = {
    ...cost,
    parallelism: PARALLELISM,
    salt: randomBytes(SALT_BYTES),
    tag: randomBytes(TAG_BYTES),
  };
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const tag = await derive(password, { ...cost, parallelism: PARALLELISM, salt }, TAG_BYTES);
      return formatPhc({ ...cost, parallelism: PARALLELISM, salt, tag });
    },
    async verify(password, phc) {
      const expected = phc === undefined ? nobody : parsePhc(phc);
      const tag = await derive(password, expected, expected.tag.length);
      return timingSafeEqual(tag, expected.tag);
    },
    isOutdated(phc) {
      const { memoryKib, passes, parallelism } = parsePhc(phc);
      return memoryKib !== cost.memoryKib || passes !== cost.passes || parallelism !== PARALLELISM;
    },
  };
}

interface HashInput extends HashCost {
  readonly parallelism: number;
  readonly salt: Buffer;
}

interface PasswordHash extends HashInput {
  readonly tag: Buffer;
}

const argon2OnThreadPool = promisify(argon2);

function derive(password: string, input: HashInput, tagLength: number): Promise<Buffer> {
  return argon2OnThreadPool("argon2id", {
    // Keyboards differ in how they write "é"; RFC 8265 (OpaqueString) has them agree.
    message: password.normalize("NFC"),
    nonce: input.salt,
    memory: input.memoryKib,
    passes: input.passes,
    parallelism: input.parallelism,
    tagLength,
  });
}

function formatPhc({ memoryKib, passes, parallelism, salt, tag }: PasswordHash): string {
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parsePhc(phc: string): PasswordHash {
  const [whole, memoryKib, passes, parallelism, salt = "", tag = ""] = PHC.exec(phc) ?? [];
  if (whole === undefined) throw new Error("a stored password hash is not an argon2id PHC string");
  return {
    memoryKib: Number(memoryKib),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}

/** Without padding, as the PHC string format wants it. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
