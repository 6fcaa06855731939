import type { Logger } from "@craic/runtime/log.js";
import type { TrainingProgress, TrainingStep } from "./training-pace.js";

/** Where a person may be looking on. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Back to the beginning of the line, and nothing on it. */
const CLEAR_LINE = "\r\u001b[K";
const BAR = 24;

/**
 * Reports progress: to programs by one line in the log for each step as it begins, to a person at a terminal by a
 * bar that fills.
 */
export function reportTo(terminal: Terminal, log: Logger): (progress: TrainingProgress) => void {
  let begun: TrainingStep | undefined;
  return ({ step, done, message }) => {
    if (step !== begun) log.info({ step, done }, message);
    begun = step;
    if (!terminal.isTTY) return;
    const full = Math.round(done * BAR);
    const bar = `${"█".repeat(full)}${"░".repeat(BAR - full)}`;
    const isOver = done >= 1;
    terminal.write(isOver ? CLEAR_LINE : `${CLEAR_LINE}${bar} ${Math.floor(done * 100)} % ${message}`);
  };
}
