import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** Issues certificates that the holders of its own certificate trust. */
export interface Authority {
  readonly certificate: Buffer;
  /** A certificate that names its holder as meshes do, for example "spiffe://craic/events", and no host. */
  issue(spiffeIds: string | readonly string[], validity?: Validity): Identity;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const LONG: Validity = { from: new Date("2025-01-01T00:00:00Z"), to: new Date("2049-12-31T23:59:59Z") };

/** Writes what a process needs to take part in a mesh, and returns the settings that say where. */
export function writeIdentity(
  directory: string,
  { certificate, key }: Identity,
  authority: Pick<Authority, "certificate">,
): Record<"CRAIC_TLS_CERT" | "CRAIC_TLS_KEY" | "CRAIC_TLS_CA", string> {
  const write = (file: string, content: Buffer) => {
    const path = join(directory, file);
    writeFileSync(path, content);
    return path;
  };
  return {
    CRAIC_TLS_CERT: write("tls.crt", certificate),
    CRAIC_TLS_KEY: write("tls.key", key),
    CRAIC_TLS_CA: write("ca.crt", authority.certificate),
  };
}

export function createAuthority(name: string): Authority {
  const own = generateKeyPairSync("ed25519");
  const basicConstraints = extension("551d13", sequence(tag(0x01, Buffer.of(0xff))));
  const certificate = certify(name, own.publicKey, name, own.privateKey, basicConstraints);
  return {
    certificate,
    issue(spiffeIds, validity) {
      const { publicKey, privateKey } = generateKeyPairSync("ed25519");
      const names = sequence(...[spiffeIds].flat().map((id) => tag(0x86, Buffer.from(id))));
      const alternativeNames = extension("551d11", names);
      return {
        certificate: certify("a service", publicKey, name, own.privateKey, alternativeNames, validity),
        key: Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" })),
      };
    },
  };
}

let serial = 1;

/** An X.509 certificate (RFC 5280), signed with Ed25519 (RFC 8410). */
function certify(
  subject: string,
  key: KeyObject,
  issuer: string,
  signer: KeyObject,
  extensions: Buffer,
  { from, to } = LONG,
): Buffer {
  const algorithm = sequence(identifier("2b6570"));
  const validity = sequence(instant(from), instant(to));
  const toBeSigned = sequence(
    tag(0xa0, tag(0x02, Buffer.of(2))),
    tag(0x02, Buffer.of(serial++)),
    algorithm,
    commonName(issuer),
    validity,
    commonName(subject),
    key.export({ type: "spki", format: "der" }),
    tag(0xa3, sequence(extensions)),
  );
  const signature = tag(0x03, Buffer.concat([Buffer.of(0), sign(null, toBeSigned, signer)]));
  const base64 = sequence(toBeSigned, algorithm, signature).toString("base64");
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
}

/** As UTCTime, which goes to 2049. */
function instant(date: Date): Buffer {
  return tag(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`));
}

function commonName(name: string): Buffer {
  return sequence(tag(0x31, sequence(identifier("550403"), tag(0x0c, Buffer.from(name)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(identifier(id), tag(0x04, value));
}

function identifier(hex: string): Buffer {
  return tag(0x06, Buffer.from(hex, "hex"));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

/** One value in DER: its type, its length, its content. */
function tag(type: number, content: Buffer): Buffer {
  const { length } = content;
  const header = length < 128 ? [type, length] : [type, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}
