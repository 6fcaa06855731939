import type { Logger } from "./log.js";
import { SettingsError } from "./settings.js";

/** Exit code of a process whose settings need attention (EX_CONFIG of sysexits.h). */
const EXIT_SETTINGS = 78;

/** Settings are told in a sentence each; anything else is ours to explain, with its stack. */
export function exitOn(error: unknown): never {
  if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_SETTINGS);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

/**
 * Drains on the first SIGTERM or SIGINT. A second SIGINT ends the process at once: somebody sits there and will
 * not wait. A SIGTERM that follows does not, for whoever started us may send one as it is interrupted itself.
 */
export function drainOnSignal(running: { readonly log: Logger; drain(): Promise<void> }): void {
  let draining = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (draining) return signal === "SIGINT" ? process.exit(1) : undefined;
    draining = true;
    running.log.info({ signal }, "asked to stop");
    running.drain().then(
      () => process.exit(0),
      (error: unknown) => {
        running.log.fatal({ err: error }, "could not stop in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
}
