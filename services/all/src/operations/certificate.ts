import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import {
  bits,
  identifier,
  implicit,
  integer,
  octets,
  sequence,
  set,
  tagged,
  time,
  truth,
  utf8,
} from "./der.js";

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** From when to when a certificate is good. */
export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

export interface LeafNames {
  /** For example "spiffe://craic.local/ns/craic/sa/craic-events". */
  readonly spiffeId: string;
  /** Under which its holder is reached. */
  readonly dns: readonly string[];
}

const ECDSA_WITH_SHA256 = sequence(identifier("1.2.840.10045.4.3.2"));
/** Where a certificate's key may be used (RFC 5280, 4.2.1.3): bit strings with their unused bits before them. */
const KEY_CERT_SIGN_AND_CRL_SIGN = Buffer.from("03020106", "hex");
const DIGITAL_SIGNATURE = Buffer.from("03020780", "hex");
const SERVER_AND_CLIENT = [identifier("1.3.6.1.5.5.7.3.1"), identifier("1.3.6.1.5.5.7.3.2")];

/** A new authority: a P-256 key and a certificate that it signs itself (RFC 5280). */
export function createAuthority(name: string, validity: Validity): Identity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = certify({
    subject: commonName(name),
    publicKey,
    issuer: commonName(name),
    issuerKey: publicKey,
    signer: privateKey,
    validity,
    extensions: [
      // Signs leaves and no further authority.
      critical("2.5.29.19", sequence(truth(), integer(Buffer.of(0)))),
      critical("2.5.29.15", KEY_CERT_SIGN_AND_CRL_SIGN),
      extension("2.5.29.14", octets(keyId(publicKey))),
    ],
  });
  return { certificate, key: pemOf(privateKey) };
}

/** A key and a certificate for one service, for both ends of a connection. */
export function issue(authority: Identity, { spiffeId, dns }: LeafNames, validity: Validity): Identity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer = createPrivateKey(authority.key);
  const names = [implicit(6, Buffer.from(spiffeId)), ...dns.map((name) => implicit(2, Buffer.from(name)))];
  const certificate = certify({
    // The names are in the extension alone, which has to be critical then.
    subject: sequence(),
    publicKey,
    issuer: subjectOf(authority),
    issuerKey: createPublicKey(signer),
    signer,
    validity,
    extensions: [
      critical("2.5.29.19", sequence()),
      critical("2.5.29.15", DIGITAL_SIGNATURE),
      extension("2.5.29.37", sequence(...SERVER_AND_CLIENT)),
      critical("2.5.29.17", sequence(...names)),
      extension("2.5.29.14", octets(keyId(publicKey))),
    ],
  });
  return { certificate, key: pemOf(privateKey) };
}

interface Contents {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly issuer: Buffer;
  readonly issuerKey: KeyObject;
  readonly signer: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Buffer[];
}

function certify(contents: Contents): string {
  const { subject, publicKey, issuer, issuerKey, signer, validity, extensions } = contents;
  const authorityKey = extension("2.5.29.35", sequence(implicit(0, keyId(issuerKey))));
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.of(2))),
    // 127 random bits, never 0.
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    issuer,
    sequence(time(validity.from), time(validity.until)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(...extensions, authorityKey)),
  );
  const signature = sign("sha256", toBeSigned, signer);
  const base64 = sequence(toBeSigned, ECDSA_WITH_SHA256, bits(signature)).toString("base64");
  const lines = base64.match(/.{1,64}/g)?.join("\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Buffer {
  return sequence(set(sequence(identifier("2.5.4.3"), utf8(name))));
}

/** Our authorities have a common name and nothing else. */
function subjectOf(authority: Identity): Buffer {
  return commonName(new X509Certificate(authority.certificate).subject.replace(/^CN=/, ""));
}

function extension(id: string, value: Uint8Array): Buffer {
  return sequence(identifier(id), octets(value));
}

function critical(id: string, value: Uint8Array): Buffer {
  return sequence(identifier(id), truth(), octets(value));
}

/** RFC 5280, 4.2.1.2, method 1, of the whole key rather than its bits: any unique value will do. */
function keyId(key: KeyObject): Buffer {
  return createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }))
    .digest();
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
