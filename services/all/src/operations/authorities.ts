import { X509Certificate } from "node:crypto";
import { createAuthority, type Identity, issue, type LeafNames } from "./certificate.js";

/** The authority that signs, the one that will, and the one that did; all are trusted. */
export interface Authorities {
  readonly current: Identity;
  readonly next?: Identity;
  /** A certificate in PEM. */
  readonly former?: string;
}

export interface Leaf extends Identity {
  /** The certificates that its holder trusts. */
  readonly trusted: string;
}

const DAY_MS = 24 * 60 * 60_000;
const AUTHORITY_DAYS = 365;
/** With so many days left another authority is announced. */
const ANNOUNCE_DAYS = 90;
/** After so long every pod has the announced authority among those it trusts: the kubelet needs two minutes. */
const KNOWN_MS = 12 * 60 * 60_000;
const LEAF_DAYS = 30;
/** A leaf is issued anew with so many days left. */
const RENEW_DAYS = 10;
/** Clocks of nodes differ. */
const SKEW_MS = 5 * 60_000;

/**
 * Moves on what is kept of the authorities: makes the first one, announces another one long before the end, lets it
 * sign once everybody trusts it, and forgets the former at its end. Gives back the same object when nothing changes.
 */
export function turnAuthorities(kept: Authorities | undefined, name: string, now: Date): Authorities {
  if (kept === undefined || daysLeft(kept.current.certificate, now) <= 0) {
    return { current: newAuthority(name, now) };
  }
  const { current, next, former } = kept;
  if (next !== undefined) {
    const announcedMs = now.getTime() - SKEW_MS - validFrom(next.certificate).getTime();
    return announcedMs < KNOWN_MS ? kept : { current: next, former: current.certificate };
  }
  if (daysLeft(current.certificate, now) < ANNOUNCE_DAYS) return { ...kept, next: newAuthority(name, now) };
  if (former !== undefined && daysLeft(former, now) <= 0) return { current };
  return kept;
}

/** What everybody trusts. */
export function bundleOf({ current, next, former }: Authorities): string {
  return [current.certificate, next?.certificate, former].filter((each) => each !== undefined).join("");
}

/** The leaf that is kept, or a new one where it ends soon, names something else or is signed by another authority. */
export function turnLeaf(
  kept: Leaf | undefined,
  names: LeafNames,
  authorities: Authorities,
  now: Date,
): Leaf {
  const trusted = bundleOf(authorities);
  if (kept !== undefined && isGood(kept, names, authorities.current, now)) {
    return kept.trusted === trusted ? kept : { ...kept, trusted };
  }
  const end = new X509Certificate(authorities.current.certificate).validToDate;
  const until = new Date(Math.min(now.getTime() + LEAF_DAYS * DAY_MS, end.getTime()));
  const validity = { from: new Date(now.getTime() - SKEW_MS), until };
  return { ...issue(authorities.current, names, validity), trusted };
}

function isGood({ certificate }: Identity, names: LeafNames, authority: Identity, now: Date): boolean {
  try {
    const leaf = new X509Certificate(certificate);
    const wanted = [`URI:${names.spiffeId}`, ...names.dns.map((name) => `DNS:${name}`)];
    return (
      daysLeft(certificate, now) >= RENEW_DAYS &&
      leaf.verify(new X509Certificate(authority.certificate).publicKey) &&
      leaf.subjectAltName === wanted.join(", ")
    );
  } catch {
    return false;
  }
}

function newAuthority(name: string, now: Date): Identity {
  const from = new Date(now.getTime() - SKEW_MS);
  return createAuthority(name, { from, until: new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS) });
}

function validFrom(certificate: string): Date {
  return new X509Certificate(certificate).validFromDate;
}

function daysLeft(certificate: string, now: Date): number {
  return (new X509Certificate(certificate).validToDate.getTime() - now.getTime()) / DAY_MS;
}
