import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";

/** Something in the data that cannot be read; its message names the file, and the line where there is one. */
export class DataError extends Error {}

/**
 * Calls `take` with each line of a text file, which may be gzipped (.gz), without holding the file in memory.
 * Line ends may be \n or \r\n; empty lines are passed over.
 *
 * @param take gets the line and its number from 1; a MalformedLine that it throws is told with file and line
 * @throws DataError naming the file, and the line that `take` complained about
 */
export async function eachLine(file: string, take: (line: string, number: number) => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let number = 0;
  const takeLine = (line: string) => {
    number++;
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text !== "") take(text, number);
  };
  try {
    const raw = createReadStream(file, { highWaterMark: 1 << 18 });
    const stream = file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
    raw.on("error", (error) => stream.destroy(error));
    for await (const chunk of stream) {
      const lines = (rest + decoder.write(chunk as Buffer)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) takeLine(line);
    }
    rest += decoder.end();
    if (rest !== "") takeLine(rest);
  } catch (error) {
    if (error instanceof MalformedLine) throw new DataError(`${file}:${number}: ${error.message}`);
    // The file system's errors and zlib's have a code; others are ours.
    if (typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
    throw new DataError(`${file}: ${(error as Error).message}`);
  }
}

/** What a reader throws about the line that it was given. */
export class MalformedLine extends Error {}

/** Text as a number. @throws MalformedLine naming what the number stands for */
export function parseNumber(text: string | undefined, name: string): number {
  const number = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw new MalformedLine(`${name} is ${JSON.stringify(text)}, not a number`);
  return number;
}
