import { Code, ConnectError } from "@connectrpc/connect";
import { retryDelayMs } from "@craic/runtime/errors.js";
import type { Logger } from "@craic/runtime/log.js";

const DEFAULT_DELAY_MS = 1_000;

interface Patience {
  readonly log: Pick<Logger, "warn">;
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * Does something that may be done again from its beginning, and does so as long as something that it needs is
 * UNAVAILABLE.
 */
export async function patiently<T>(work: () => Promise<T>, { log, sleep = timeout }: Patience): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConnectError) || error.code !== Code.Unavailable) throw error;
      log.warn({ error: error.rawMessage }, "what is needed is away; trying again until it is back");
      await sleep(retryDelayMs(error) ?? DEFAULT_DELAY_MS);
    }
  }
}

const timeout = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
