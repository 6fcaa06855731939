import { X509Certificate } from "node:crypto";
import { type Authorities, bundleOf, type Leaf, turnAuthorities, turnLeaf } from "./authorities.js";

const HOUR_MS = 3_600_000;
const start = new Date("2026-06-20T05:17:00Z");
const after = (hours: number) => new Date(start.getTime() + hours * HOUR_MS);
const names = { spiffeId: "spiffe://craic.local/ns/craic/sa/craic-events", dns: ["craic-events"] };

/** Whether a leaf that is shown at an instant is good to somebody who trusts these. */
function isTrusted(shown: Leaf, trusting: Leaf, now: Date): boolean {
  const certificate = new X509Certificate(shown.certificate);
  if (certificate.validToDate <= now) return false;
  return trusting.trusted
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter((text) => text !== "")
    .map((text) => new X509Certificate(text))
    .some((each) => certificate.verify(each.publicKey) && each.validToDate > now);
}

/** Runs every so many hours for two years. */
function twoYears(everyHours: number, look: (now: Date, leaf: Leaf, before: Leaf) => void) {
  const seen = new Set<string>();
  let authorities: Authorities | undefined;
  let leaf: Leaf | undefined;
  for (let hours = 0; hours < 2 * 365 * 24; hours += everyHours) {
    const now = after(hours);
    authorities = turnAuthorities(authorities, "test", now);
    const next = turnLeaf(leaf, names, authorities, now);
    look(now, next, leaf ?? next);
    leaf = next;
    seen.add(authorities.current.certificate);
  }
  return { authorities, seen };
}

describe("Authorities and leaves", () => {
  it.each([12, 24, 5 * 24])(
    "stay trusted by who has the new files and who has not, looked after every %i hours",
    (every) => {
      const { seen } = twoYears(every, (now, leaf, before) => {
        expect(isTrusted(leaf, leaf, now)).toBe(true);
        expect(isTrusted(before, leaf, now)).toBe(true);
        // Who has not seen the new files yet meets somebody who has.
        expect(isTrusted(leaf, before, now)).toBe(true);
      });
      expect(seen.size).toBeGreaterThanOrEqual(3);
    },
  );

  it("do not pile up", () => {
    const { authorities } = twoYears(24, () => undefined);
    expect(bundleOf(authorities!).match(/BEGIN/g)?.length).toBeLessThanOrEqual(2);
  });

  it("begin anew where the authority ended while nobody looked", () => {
    const first = turnAuthorities(undefined, "test", start);
    const second = turnAuthorities(first, "test", after(366 * 24));
    expect(second.current.certificate).not.toBe(first.current.certificate);
    expect(second.former).toBeUndefined();
  });

  it("never outlive the authority", () => {
    const authorities = turnAuthorities(undefined, "test", start);
    const leaf = turnLeaf(undefined, names, authorities, after(350 * 24));
    const ends = [leaf, authorities.current].map((each) => new X509Certificate(each.certificate).validTo);
    expect(ends[0]).toBe(ends[1]);
  });

  it("make a leaf anew as soon as its names change", () => {
    const authorities = turnAuthorities(undefined, "test", start);
    const leaf = turnLeaf(undefined, names, authorities, start);
    expect(turnLeaf(leaf, names, authorities, start)).toBe(leaf);
    const renamed = turnLeaf(leaf, { ...names, dns: ["craic-events", "events"] }, authorities, start);
    expect(new X509Certificate(renamed.certificate).subjectAltName).toContain("DNS:events");
  });
});
