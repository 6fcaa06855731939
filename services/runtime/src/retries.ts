import { Code, ConnectError } from "@connectrpc/connect";
import { retryDelayMs } from "./errors.js";
import { PUSHBACK_KEY } from "./grpc-status.js";
import type { Outgoing, Send } from "./outgoing.js";
import type { RetryBudget } from "./retry-budget.js";
import { abortError } from "./wire-error.js";

const MAX_ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;

/** Longest pause that an answer may ask for; who is to wait longer had better decide about it. */
const MAX_RETRY_DELAY_MS = 500;

export interface RetryOptions {
  readonly budget: RetryBudget;
  /** Told of each retry before it is made. */
  readonly onRetry?: () => void;
  readonly random?: () => number;
}

/**
 * Makes a call that is UNAVAILABLE again, for methods where once more does no harm: after a pause that doubles, half of
 * its length drawn at random so that callers do not come back all at once, but never sooner than the answer's RetryInfo
 * asks for, and only if that leaves some of the deadline. The half that is certain makes the last attempt later than a
 * lost connection is tried again (see grpc-transport.ts). What a service behind it was asked in vain is not asked again
 * here: retries at each of three hops would make sixty-four calls of one.
 */
export function withRetries(send: Send, options: RetryOptions): Send {
  const { budget, onRetry, random = Math.random } = options;

  async function again(request: Outgoing, first: unknown): Promise<Awaited<ReturnType<Send>>> {
    let failure = first;
    for (let retry = 1; retry < MAX_ATTEMPTS; retry++) {
      const waitMs = pauseMs(retry, failure, random());
      if (waitMs === undefined || Date.now() + waitMs >= request.deadlineMs || !budget.spend()) break;
      await pause(waitMs, request.callerSignal);
      onRetry?.();
      try {
        return await send(request);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  return (request) => {
    budget.earn();
    return send(request).catch((failure: unknown) => again(request, failure));
  };
}

/** Undefined where the call is not to be made again. */
function pauseMs(retry: number, failure: unknown, random: number): number | undefined {
  if (!(failure instanceof ConnectError) || failure.code !== Code.Unavailable) return undefined;
  if (Number(failure.metadata.get(PUSHBACK_KEY)) < 0) return undefined;
  const askedForMs = retryDelayMs(failure) ?? 0;
  if (askedForMs > MAX_RETRY_DELAY_MS) return undefined;
  return askedForMs + (0.5 + random / 2) * Math.min(FIRST_BACKOFF_MS * 2 ** (retry - 1), MAX_BACKOFF_MS);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, ms);
    const giveUp = () => {
      clearTimeout(timer);
      reject(abortError(signal as AbortSignal));
    };
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
  });
}
