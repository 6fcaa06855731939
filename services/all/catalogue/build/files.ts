import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** The objects of a JSON Lines file, gzipped or not. */
export function readJsonLines<T>(file: string): T[] {
  return readLines(file).map((line) => JSON.parse(line) as T);
}

/** The rows of a tab-separated file with a heading, gzipped or not, by the heading's names. */
export function readTable(file: string): Record<string, string>[] {
  const [heading = "", ...rows] = readLines(file);
  const names = heading.split("\t");
  return rows.map((row) => {
    const cells = row.split("\t");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}

/** Writes JSON Lines, gzipped; the same records always give the same bytes. Returns their number. */
export function writeJsonLines(file: string, records: readonly object[]): number {
  mkdirSync(dirname(file), { recursive: true });
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  const bytes = gzipSync(text, { level: 9 });
  writeFileSync(file, bytes);
  return bytes.length;
}

function readLines(file: string): string[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").filter((line) => line.trim() !== "");
}
