import type { Logger } from "@craic/runtime/log.js";
import { type PrivateMariadb, startMariadb } from "./mariadb.js";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

/** A private MariaDB that is started again whenever it ends by itself. */
export interface KeptMariadb {
  /** The same for the whole life, restarts included. */
  readonly adminUrl: string;
  /** Of the server that runs now. */
  pid(): number;
  stop(): Promise<void>;
}

/** Services answer UNAVAILABLE while it is away; their pools find it again by themselves. */
export async function keepMariadb(directory: string, log: Logger): Promise<KeptMariadb> {
  let server = await startMariadb(directory);
  const { adminUrl } = server;
  const stopping = new AbortController();
  const kept = keep();

  async function keep(): Promise<void> {
    for (;;) {
      await server.ended;
      if (stopping.signal.aborted) return;
      log.error("MariaDB has ended by itself; starting it again");
      const next = await startAgain();
      if (next === undefined) return;
      server = next;
      if (stopping.signal.aborted) return server.stop();
      log.info("MariaDB runs again");
    }
  }

  async function startAgain(): Promise<PrivateMariadb | undefined> {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
      await pauseUnlessAborted(waitMs, stopping.signal);
      if (stopping.signal.aborted) return undefined;
      try {
        return await startMariadb(directory);
      } catch (error) {
        log.error({ err: error }, "MariaDB could not be started");
      }
    }
  }

  return {
    adminUrl,
    pid: () => server.pid,
    async stop() {
      stopping.abort();
      await server.stop();
      await kept;
    },
  };
}

function pauseUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
