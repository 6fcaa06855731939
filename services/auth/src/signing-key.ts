import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** One Ed25519 public key that tokens are verified with (RFC 8037). */
export interface VerificationKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** The key's 32 bytes, base64url. */
  readonly x: string;
}

/** The Ed25519 key that access tokens are signed with. */
export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

/** A key file that cannot be used; the message is for the person who set it. */
export class KeyFileError extends Error {
  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file} ${problem}`, { cause });
    this.name = "KeyFileError";
  }
}

/** Reads a PKCS#8 PEM file; where there is none, makes a key and the file, readable by its owner only. */
export function loadOrCreateSigningKey(file: string): SigningKey {
  return loadSigningKey(file) ?? createSigningKey(file);
}

/** Reads a PKCS#8 PEM file; `undefined` if there is none. Throws KeyFileError if it is not an Ed25519 key. */
export function loadSigningKey(file: string): SigningKey | undefined {
  const pem = readKeyFile(file);
  if (pem === undefined) return undefined;
  const privateKey = parse(file, "an Ed25519 private key in PEM form", () => createPrivateKey(pem));
  return { ...describePublicKey(createPublicKey(privateKey)), privateKey };
}

/** Reads the public half of a PEM file that holds a public or a private key. */
export function loadVerificationKey(file: string): VerificationKey {
  const pem = readKeyFile(file);
  if (pem === undefined) throw new KeyFileError(file, "does not exist");
  return describePublicKey(parse(file, "an Ed25519 key in PEM form", () => createPublicKey(pem)));
}

function readKeyFile(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return undefined;
    throw new KeyFileError(file, `cannot be read (${code})`, error);
  }
}

function parse(file: string, what: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new KeyFileError(file, `is not ${what}`, error);
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw new KeyFileError(file, `is not ${what}, but holds a key of type ${key.asymmetricKeyType}`);
  }
  return key;
}

/**
 * Writes aside and links into place, so that the file is never seen half written, and of processes that
 * start together the first one's key is everybody's.
 */
function createSigningKey(file: string): SigningKey {
  const aside = `${file}.${randomBytes(8).toString("hex")}`;
  try {
    const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    const descriptor = openSync(aside, "wx", 0o600);
    try {
      writeSync(descriptor, pem.toString());
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    try {
      linkSync(aside, file);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    } finally {
      unlinkSync(aside);
    }
    syncFolder(dirname(file));
  } catch (error) {
    throw new KeyFileError(file, `does not exist and cannot be made (${errorCode(error)})`, error);
  }
  const key = loadSigningKey(file);
  if (key === undefined) throw new KeyFileError(file, "was removed while it was being made");
  return key;
}

/** Without it a power cut could take the new name away again, and with it everybody's session. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function describePublicKey(publicKey: KeyObject): VerificationKey {
  const { x = "" } = publicKey.export({ format: "jwk" });
  // The members that RFC 8037, appendix A.3 names, in the order that RFC 7638 wants.
  const members = JSON.stringify({ crv: "Ed25519", kty: "OKP", x });
  return { kid: createHash("sha256").update(members).digest("base64url"), x };
}

function errorCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "no code";
}
