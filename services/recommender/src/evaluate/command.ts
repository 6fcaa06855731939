import { evaluate } from "./evaluation.js";
import { helpText } from "./help.js";
import { parseOptions, UsageError } from "./options.js";
import { reportPage } from "./plot.js";
import { readDataSet } from "./read-data-set.js";
import { Report, ReportError } from "./report.js";
import { searchSettings } from "./search.js";
import { searchPage, searchTable } from "./search-report.js";
import { tables } from "./table.js";
import { DataError } from "./text-lines.js";

/** Where the command writes, and its clock in milliseconds. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly nowMs: () => number;
}

/**
 * `npm run evaluate`.
 *
 * @returns the exit code: 0, 2 when it was called wrongly, 1 when the data cannot be used or the report not be written
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const console = {
    progress: (line: string) => terminal.error(`${line}\n`),
    nowMs: terminal.nowMs,
  };
  try {
    const options = parseOptions(args);
    if (options === undefined) {
      terminal.out(helpText());
      return 0;
    }
    // Before anything is trained: nobody waits for a report that cannot be written.
    const kind = options.search === undefined ? "evaluation" : "search";
    const report = options.out === undefined ? undefined : await Report.prepare(options.out, kind);
    console.progress(`reading ${options.data}`);
    const data = await readDataSet(options.data, options.format, options.minRating);
    if (options.search === undefined) {
      const evaluation = await evaluate(data, options, console);
      terminal.out(tables(evaluation));
      await report?.write(evaluation, reportPage(evaluation));
    } else {
      const search = await searchSettings(data, options.search, options, console);
      terminal.out(searchTable(search));
      await report?.write(search, searchPage(search));
    }
    if (report !== undefined) console.progress(`wrote ${report.page} and ${report.figures}`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.error(`evaluate: ${error.message}\nTry --help.\n`);
      return 2;
    }
    if (error instanceof DataError || error instanceof RangeError || error instanceof ReportError) {
      terminal.error(`evaluate: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}
