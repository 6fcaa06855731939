import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What is being written has a name that nobody reads. */
export const UNFINISHED = ".unfinished-";

/** A name beside others in a directory for what is not finished. */
export function unfinishedIn(directory: string): string {
  return join(directory, `${UNFINISHED}${randomUUID()}`);
}

/** Writes a new file and waits until it is on disk. Throws if there is one of that name. */
export async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is on disk only once its directory is. */
export async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Replaces a file so that a kill at any moment leaves the old one or the new one, whole. On an error the old one
 * is there, and nothing else; without one the new one is.
 *
 * @param beforeRename runs when the new content is on disk; an error that it throws leaves the old file
 */
export async function replaceFile(
  path: string,
  content: string,
  beforeRename: () => Promise<void> | void,
): Promise<void> {
  const aside = unfinishedIn(dirname(path));
  try {
    await writeFlushed(aside, content);
    await beforeRename();
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  // It is the new one already. Where the disk fails now, a power cut may bring the old one back, and nothing worse.
  await flushDirectory(dirname(path)).catch(() => undefined);
}

/** Takes an error that says that a file is not there for this value. */
export function ifMissing<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (errorCode(error) === "ENOENT") return value;
    throw error;
  };
}

/** The system's code of an error, such as "ENOSPC". */
export function errorCode(error: unknown): string | undefined {
  const hasCode = typeof error === "object" && error !== null && "code" in error;
  return hasCode && typeof error.code === "string" ? error.code : undefined;
}
