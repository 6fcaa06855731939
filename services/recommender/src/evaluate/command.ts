import { evaluate } from "./evaluation.js";
import { helpText } from "./help.js";
import { parseOptions, UsageError } from "./options.js";
import { reportPage } from "./plot.js";
import { readDataSet } from "./read-data-set.js";
import { Report, ReportError } from "./report.js";
import { searchSettings, searchTable } from "./search.js";
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
    const report = options.out === undefined ? undefined : await Report.prepare(options.out, "evaluation");
    console.progress(`reading ${options.data}`);
    const data = await readDataSet(options.data, options.format, options.minRating);
    if (options.search !== undefined) {
      terminal.out(searchTable(await searchSettings(data, options.search, options, console)));
      return 0;
    }
    const evaluation = await evaluate(data, options, console);
    terminal.out(tables(evaluation));
    if (report !== undefined) {
      await report.write(evaluation, reportPage(evaluation));
      console.progress(`wrote ${report.page} and ${report.figures}`);
    }
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
