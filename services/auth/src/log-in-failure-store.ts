import type { LogInFailures } from "./log-in-throttle.js";

/** Where failed log-ins are counted, by email, whether or not the email has an account. */
export interface LogInFailureStore {
  find(email: string): Promise<LogInFailures | undefined>;
  /** Counts one more, in the window that is open or else in a new one that ends at `windowEnd`. */
  record(email: string, now: Date, windowEnd: Date): Promise<void>;
  clear(email: string): Promise<void>;
  /** Forgets the windows that have ended. */
  deleteExpired(now: Date): Promise<void>;
}
