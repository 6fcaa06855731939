import { createHash } from "node:crypto";

/** What tells one imported record from another: the name of its source, and the source's own id of it. */
export interface SourceKey {
  readonly name: string;
  readonly externalId: string;
}

/**
 * Id of an imported record: a UUID of version 8 (RFC 9562, section 5.8), the first half of a SHA-256 of kind,
 * source and external id but for the bits that say version and variant. Whoever knows those three knows the id,
 * without asking the service that keeps the record.
 *
 * @param kind what the record is, for example "venue": the same source may use one id for two kinds
 */
export function importedId(kind: string, { name, externalId }: SourceKey): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([kind, name, externalId]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6); // version 8
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8); // variant 10
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
