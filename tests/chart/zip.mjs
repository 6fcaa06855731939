// Reads files out of a zip archive, so that no program has to be installed for it. Runs on any Node from 20 on.

import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const DEFLATED = 8;

/**
 * The names of an archive's files, each with a function that gives its bytes (APPNOTE.TXT, 4.3). Archives of more than
 * 4 GiB or 65,535 files are not read.
 *
 * @param {Buffer} archive
 * @returns {Map<string, () => Buffer>}
 */
export function filesOfZip(archive) {
  let end = archive.length - END_BYTES;
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error("this is no zip archive");
  const files = new Map();
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    const method = archive.readUInt16LE(at + 10);
    const bytes = archive.readUInt32LE(at + 20);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      archive.readUInt16LE(at + field),
    );
    const header = archive.readUInt32LE(at + 42);
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    files.set(name, () => {
      // The header beside the file has lengths of its own.
      const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
      const packed = archive.subarray(start, start + bytes);
      return method === DEFLATED ? inflateRawSync(packed) : packed;
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}
