import type { LogInFailureStore } from "./log-in-failure-store.js";
import { FAILURE_WINDOW_MS, refusedForMs } from "./log-in-throttle.js";
import type { Passwords } from "./password.js";
import type { User } from "./user.js";
import type { UserStore } from "./user-store.js";

export type LogInOutcome =
  | { readonly outcome: "welcome"; readonly user: User }
  /** Email and password do not belong together; whether there is an account is not told. */
  | { readonly outcome: "wrong" }
  /** Too many failures for this email; the password was not looked at. */
  | { readonly outcome: "refused"; readonly retryMs: number };

interface LogInDependencies {
  readonly users: UserStore;
  readonly failures: LogInFailureStore;
  readonly passwords: Passwords;
  readonly now: () => Date;
}

/** Finds out whether email and password belong together, and counts where they do not. */
export function createLogIn({ users, failures, passwords, now }: LogInDependencies) {
  return async (email: string, password: string): Promise<LogInOutcome> => {
    const time = now();
    const retryMs = refusedForMs(await failures.find(email), time);
    if (retryMs > 0) return { outcome: "refused", retryMs };

    const found = await users.findCredentials(email);
    const correct = await passwords.verify(password, found?.passwordHash);
    if (found === undefined || !correct) {
      await failures.record(email, time, new Date(time.getTime() + FAILURE_WINDOW_MS));
      return { outcome: "wrong" };
    }

    await failures.clear(email);
    // The cost was raised since: this is the moment when the password is known.
    if (passwords.isOutdated(found.passwordHash)) {
      await users.setPasswordHash(found.user.userId, await passwords.hash(password));
    }
    return { outcome: "welcome", user: found.user };
  };
}
