import type { Logger } from "@craic/runtime/log.js";

/** A store that keeps rows which stop mattering with time. */
interface Expiring {
  deleteExpired(now: Date): Promise<void>;
}

/**
 * Clears away what has expired, now and then again, until stopped. What an outage of the database prevents is
 * made up for the next time.
 */
export function startSweeping(
  stores: readonly Expiring[],
  { everyMs, now, log }: { everyMs: number; now: () => Date; log: Logger },
): { stop(): Promise<void> } {
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep);
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };

  async function sweep(): Promise<void> {
    for (const store of stores) {
      try {
        await store.deleteExpired(now());
      } catch (error) {
        log.warn({ err: error }, "expired rows could not be cleared away; trying again later");
      }
    }
  }
}
