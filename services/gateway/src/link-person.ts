import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "@craic/runtime/log.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";
import type { Upstream } from "./upstream.js";

/**
 * Tells the experiments that a browser's id is a person's. Resolves once they know, or in a moment all the same: signing
 * in neither waits for them long nor fails with them. While they are away it is told again later.
 */
export type LinkPerson = (browserId: string, authorization: string) => Promise<void>;

/** Signing in waits no longer than this. */
const TIMEOUT_MS = 500;
/** In all as long as about half an access token's life. */
const PAUSES_MS = [1_000, 5_000, 30_000, 60_000, 120_000, 240_000];
/** Links that are told again later; more are given up. */
const MOST_WAITING = 1_000;
const WARN_EVERY_MS = 10_000;
const AWAY: ReadonlySet<Code> = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted]);

export function createLinkPerson(
  experiments: Pick<Upstream["experiments"], "linkPerson">,
  now: () => Date,
  log: Logger,
  pausesMs: readonly number[] = PAUSES_MS,
): LinkPerson {
  const warn = throttledWarning(log, WARN_EVERY_MS, now);
  let waiting = 0;

  async function tell(browserId: string, authorization: string, failures: number): Promise<void> {
    try {
      const options = { headers: { authorization }, timeoutMs: TIMEOUT_MS };
      await experiments.linkPerson({ anonymousId: browserId }, options);
    } catch (error) {
      const { code } = ConnectError.from(error);
      warn(Code[code], { dependency: "experiments", code: Code[code] }, "a browser could not be linked yet");
      const pauseMs = pausesMs[failures];
      if (!AWAY.has(code) || pauseMs === undefined || waiting >= MOST_WAITING) return;
      waiting++;
      const timer = setTimeout(() => {
        waiting--;
        void tell(browserId, authorization, failures + 1);
      }, pauseMs);
      timer.unref();
    }
  }

  return (browserId, authorization) => tell(browserId, authorization, 0);
}
