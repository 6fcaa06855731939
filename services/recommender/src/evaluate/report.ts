import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, replaceFile, unfinishedIn, writeFlushed } from "../models/durable-file.js";
import { UsageError } from "./options.js";

/** A report that was found to be writable, and could not be written after all. */
export class ReportError extends Error {}

/** What --out asks for: a page, and all figures beside it. */
export class Report {
  readonly page: string;
  readonly figures: string;

  /** @param name of both files, without what tells them apart */
  private constructor(folder: string, name: string) {
    this.page = join(folder, `${name}.html`);
    this.figures = join(folder, `${name}.json`);
  }

  /**
   * Makes the folder and finds out whether both files can be written; one that is there stays as it is.
   *
   * @throws UsageError
   */
  static async prepare(folder: string, name: string): Promise<Report> {
    const report = new Report(folder, name);
    try {
      makeFolder(folder);
      checkFile(report.page);
      checkFile(report.figures);
      const trial = unfinishedIn(folder);
      await writeFlushed(trial, "");
      await rm(trial);
    } catch (error) {
      throw fileSystemSays(error, UsageError);
    }
    return report;
  }

  /**
   * Replaces each file as a whole: where that fails, the one from before is left.
   *
   * @throws ReportError
   */
  async write(figures: object, page: string): Promise<void> {
    try {
      await replaceFile(this.figures, `${JSON.stringify(figures, null, 2)}\n`, () => {});
      await replaceFile(this.page, page, () => {});
    } catch (error) {
      throw fileSystemSays(error, ReportError);
    }
  }
}

/** With those above it, one by one: Node's own `recursive` never comes back where nothing can be made, as in /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path);
}

/** What is there already must be a file that may be written: replacing it would pass over a mark against that. */
function checkFile(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isFile()) throw new UsageError(`--out: ${path} is there, and is no file`);
  accessSync(path, constants.W_OK);
}

/** An error of the file system as one that names the option; any other as it is. */
function fileSystemSays(error: unknown, Kind: new (message: string) => Error): unknown {
  return errorCode(error) === undefined ? error : new Kind(`--out: ${(error as Error).message}`);
}
