import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip, createGzip } from "node:zlib";
import { writeStream } from "./backup-folder.js";

/** What mariadb-dump and mysqldump write last. */
const LAST_LINE = "-- Dump completed";
/** More than the last line's length. */
const TAIL_BYTES = 256;

/** Compresses a dump (gzip) into a new file. Throws where the dump breaks off before its end. */
export async function compressDump(dump: string, file: string): Promise<void> {
  if (!(await tailOf(dump)).includes(LAST_LINE))
    throw new Error(`${dump} breaks off: the dump was not completed`);
  await writeStream(createReadStream(dump).pipe(createGzip()), file);
}

/** Writes a compressed dump as plain SQL into a new file. */
export async function expandDump(file: string, dump: string): Promise<void> {
  const source = createReadStream(file);
  const plain = createGunzip();
  source.once("error", (error) => plain.destroy(error));
  await writeStream(source.pipe(plain), dump);
}

async function tailOf(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("latin1");
  } finally {
    await handle.close();
  }
}
