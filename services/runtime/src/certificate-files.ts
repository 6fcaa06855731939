import { createPrivateKey, X509Certificate } from "node:crypto";
import { spiffeIdsOf } from "./spiffe.js";

/** A certificate with those that lead from it to an authority, its key, and the authorities that are trusted, in PEM. */
export interface TlsFiles {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly authority: Buffer;
}

/** What a good set of files says about itself. */
export interface CertificateFacts {
  /** Instant at which the certificate is no longer good, in milliseconds since the epoch. */
  readonly expiresAtMs: number;
  readonly spiffeIds: readonly string[];
}

/** Why files cannot be used: a sentence without the files' content. */
export class UnusableCertificate extends Error {
  override readonly name = "UnusableCertificate";
}

/** A clock that is behind the issuer's by less does not make a new certificate wait. */
const CLOCK_TOLERANCE_MS = 60_000;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Looks at the files of a process before they are used: the key must be the certificate's, an authority must stand
 * behind it, and the time must be right. Throws an UnusableCertificate otherwise.
 */
export function examineCertificate(files: TlsFiles, nowMs: number): CertificateFacts {
  const [leaf, ...intermediates] = certificatesIn(files.certificate, "the certificate");
  const authorities = certificatesIn(files.authority, "the file of authorities");
  if (leaf === undefined) throw new UnusableCertificate("the certificate's file holds none");
  if (authorities.length === 0) throw new UnusableCertificate("the file of authorities holds no certificate");
  if (!isKeyOf(leaf, files.key)) throw new UnusableCertificate("the key is not the certificate's");
  const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  if (to <= nowMs) throw new UnusableCertificate("the certificate has expired");
  if (from > nowMs + CLOCK_TOLERANCE_MS) throw new UnusableCertificate("the certificate is not good yet");
  if (!isTrusted(leaf, intermediates, authorities))
    throw new UnusableCertificate("no authority that is trusted has issued the certificate");
  return { expiresAtMs: to, spiffeIds: spiffeIdsOf(leaf.subjectAltName) };
}

function certificatesIn(pem: Buffer, what: string): X509Certificate[] {
  try {
    return (pem.toString("latin1").match(PEM) ?? []).map((text) => new X509Certificate(text));
  } catch {
    throw new UnusableCertificate(`${what} cannot be read as X.509`);
  }
}

function isKeyOf(leaf: X509Certificate, key: Buffer): boolean {
  try {
    return leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new UnusableCertificate("the key cannot be read");
  }
}

function isTrusted(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  const left = new Set(intermediates);
  let current: X509Certificate | undefined = leaf;
  while (current !== undefined) {
    const issued: X509Certificate = current;
    if (authorities.some((authority) => hasIssued(authority, issued))) return true;
    current = [...left].find((candidate) => hasIssued(candidate, issued));
    if (current !== undefined) left.delete(current);
  }
  return false;
}

function hasIssued(issuer: X509Certificate, issued: X509Certificate): boolean {
  return issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}
