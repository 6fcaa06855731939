import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** Issues certificates that the holders of its own certificate trust. */
export interface Authority {
  readonly certificate: Buffer;
  /** A certificate for 127.0.0.1 that names its holder as meshes do, for example "spiffe://craic/events". */
  issue(spiffeId: string): Identity;
}

export function createAuthority(name: string): Authority {
  const own = generateKeyPairSync("ed25519");
  const basicConstraints = extension("551d13", sequence(tag(0x01, Buffer.of(0xff))));
  const certificate = certify(name, own.publicKey, name, own.privateKey, basicConstraints);
  return {
    certificate,
    issue(spiffeId) {
      const { publicKey, privateKey } = generateKeyPairSync("ed25519");
      const names = sequence(tag(0x86, Buffer.from(spiffeId)), tag(0x87, Buffer.of(127, 0, 0, 1)));
      const alternativeNames = extension("551d11", names);
      return {
        certificate: certify(spiffeId, publicKey, name, own.privateKey, alternativeNames),
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
): Buffer {
  const algorithm = sequence(identifier("2b6570"));
  const validity = sequence(tag(0x17, Buffer.from("250101000000Z")), tag(0x17, Buffer.from("491231235959Z")));
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
