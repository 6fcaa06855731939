/** Failed log-ins for one email after which further ones are refused. */
export const MAX_FAILURES = 10;

/** How long failures count, from the first of them. */
export const FAILURE_WINDOW_MS = 15 * 60_000;

/** The failed log-ins for one email that count together. */
export interface LogInFailures {
  readonly failures: number;
  /** When they stop counting. */
  readonly windowEnd: Date;
}

/** How long log-ins for an email are refused; 0 when they are not. */
export function refusedForMs(found: LogInFailures | undefined, now: Date): number {
  if (found === undefined || found.failures < MAX_FAILURES) return 0;
  return Math.max(0, found.windowEnd.getTime() - now.getTime());
}
