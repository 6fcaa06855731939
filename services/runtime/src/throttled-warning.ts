import type { Logger } from "./log.js";

/** Warns of what is the matter with `about`: a few words that stay the same from one warning to the next. */
export type Warn = (about: string, fields: object, message: string) => void;

/**
 * Warns of each thing at most once in `everyMs` milliseconds, however often it happens. The next warning of the
 * same thing tells in `suppressed` how many were left out before it.
 */
export function throttledWarning(log: Pick<Logger, "warn">, everyMs: number, now: () => Date): Warn {
  const last = new Map<string, { readonly ms: number; suppressed: number }>();
  return (about, fields, message) => {
    const ms = now().getTime();
    const before = last.get(about);
    // A clock that was set back must not make us keep silent until it is there again.
    if (before !== undefined && ms >= before.ms && ms < before.ms + everyMs) {
      before.suppressed++;
      return;
    }
    last.set(about, { ms, suppressed: 0 });
    log.warn(before?.suppressed ? { ...fields, suppressed: before.suppressed } : fields, message);
  };
}
