import { readFileSync } from "node:fs";
import { type CertificateFacts, examineCertificate, type TlsFiles } from "./certificate-files.js";
import type { TlsPaths } from "./certificate-watch.js";
import type { Settings } from "./settings.js";
import { prefixFrom } from "./spiffe.js";

/** The files of a process, and where they are. */
export interface ReadTlsFiles {
  readonly paths: TlsPaths;
  readonly files: TlsFiles;
}

/** Mutual TLS as a process is told of it, with files that were found good. */
export interface TlsSettings extends ReadTlsFiles {
  /** What the SPIFFE ids of all services begin with; their names follow. */
  readonly prefix: string;
  readonly pollMs: number;
}

const NAMES = ["CRAIC_TLS_CERT", "CRAIC_TLS_KEY", "CRAIC_TLS_CA"] as const;

/** The files that CRAIC_TLS_CERT, CRAIC_TLS_KEY and CRAIC_TLS_CA name; undefined when none of them is set. */
export function readTlsFiles(settings: Settings): ReadTlsFiles | undefined {
  const [certificate, key, authority] = NAMES.map((name) => settings.optional(name));
  if (!certificate && !key && !authority) return undefined;
  const read = [certificate, key, authority].map((path, i) => readFile(settings, NAMES[i] as string, path));
  const [first, second, third] = read;
  if (!certificate || !key || !authority || !first || !second || !third) return undefined;
  return {
    paths: { certificate, key, authority },
    files: { certificate: first, key: second, authority: third },
  };
}

/**
 * Mutual TLS with those files; undefined when they are not set.
 *
 * @param names whom the certificate may be for, one of which its id must end in unless CRAIC_TLS_IDENTITY_PREFIX is set
 */
export function readTls(
  settings: Settings,
  names: readonly string[],
  now = Date.now,
): TlsSettings | undefined {
  const pollMs = settings.integer("CRAIC_TLS_POLL_MS", 5_000, 10, 3_600_000);
  const told = settings.optional("CRAIC_TLS_IDENTITY_PREFIX");
  const found = readTlsFiles(settings);
  if (found === undefined) return undefined;
  let facts: CertificateFacts;
  try {
    facts = examineCertificate(found.files, now());
  } catch (error) {
    settings.reject(`${NAMES.join(", ")}: ${(error as Error).message}`);
    return undefined;
  }
  const prefix = told ?? prefixFrom(facts.spiffeIds, names);
  if (prefix === undefined || !facts.spiffeIds.some((id) => id.startsWith(prefix))) {
    const wanted = told ? `begins with ${told}` : `ends in ${names.map((name) => `"${name}"`).join(" or ")}`;
    settings.reject(`CRAIC_TLS_CERT has no SPIFFE id that ${wanted}`);
    return undefined;
  }
  return { ...found, prefix, pollMs };
}

function readFile(settings: Settings, name: string, path: string | undefined): Buffer | undefined {
  if (!path) {
    settings.reject(`${name} is not set, but another of ${NAMES.join(", ")} is`);
    return undefined;
  }
  try {
    return readFileSync(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    settings.reject(`${name} names "${path}", which cannot be read (${why})`);
    return undefined;
  }
}
