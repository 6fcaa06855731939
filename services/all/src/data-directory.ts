import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { SettingsError } from "@craic/runtime/settings.js";

/** Where one all-in-one process keeps everything: databases, keys, models. */
export interface DataDirectory {
  readonly path: string;
  /** Lets the next process have it. */
  release(): void;
}

/** Another process has the data directory. */
export class DirectoryInUse extends SettingsError {
  constructor(path: string, who: string) {
    super([
      `CRAIC_DATA_DIR is "${path}", which another Craic uses (${who}): stop that one, or choose another folder`,
    ]);
  }
}

/**
 * Takes a data directory for this process alone, by a lock file that holds the process id. A lock whose
 * process is gone, as after a kill -9, is taken over. Throws DirectoryInUse if another process has it.
 */
export function takeDataDirectory(path: string): DataDirectory {
  const absolute = resolve(path);
  mkdirSync(absolute, { recursive: true, mode: 0o700 });
  const lock = join(absolute, "craic.lock");
  if (!createLock(lock)) {
    const holder = Number(readFileSync(lock, "utf8"));
    if (isCraic(holder)) {
      throw new DirectoryInUse(path, `process ${holder}`);
    }
    rmSync(lock, { force: true });
    if (!createLock(lock)) throw new DirectoryInUse(path, "it has just started");
  }
  return { path: absolute, release: () => rmSync(lock, { force: true }) };
}

function createLock(lock: string): boolean {
  try {
    const file = openSync(lock, "wx", 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** A process id is used again some day: only a process with our own command counts. */
function isCraic(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return commandOf(pid).endsWith(commandOf(process.pid));
  } catch {
    return false;
  }
}

/** The script that a process runs. */
function commandOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return (
    words
      .find((word) => /\.[cm]?js$/.test(word))
      ?.split("/")
      .at(-1) ??
    words[0] ??
    ""
  );
}
