import { Code, ConnectError } from "@connectrpc/connect";
import { retryAfterMs } from "../failure.js";
import type { FeedbackEntry } from "./feedback-entry.js";

/** Where entries wait, so that a closed tab loses none. */
export interface OutboxStorage {
  /** What an earlier page left behind, oldest first. */
  load(): FeedbackEntry[];
  put(entry: FeedbackEntry): void;
  remove(entries: readonly FeedbackEntry[]): void;
}

export interface OutboxParts {
  /** Delivers a batch whole or not at all; rejects with a ConnectError. */
  readonly send: (entries: readonly FeedbackEntry[]) => Promise<unknown>;
  readonly storage: OutboxStorage;
  /** Calls back after a while; returns what takes that back. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  readonly random: () => number;
  readonly onDelivered: (entries: readonly FeedbackEntry[]) => void;
  /** The server will never take this entry. */
  readonly onRefused: (entry: FeedbackEntry, error: unknown) => void;
}

/** Feedback on its way to the server: in order, as often as it takes, each entry once. */
export interface Outbox {
  add(entry: FeedbackEntry): void;
  /** Resolves once all that waits now is delivered or refused, or the attempt has failed. */
  flush(): Promise<void>;
  /** A batch is on its way. */
  isSending(): boolean;
  /** Stops retrying. What waits stays in storage. */
  close(): void;
}

const BATCH_SIZE = 100;
/** First pause after a failure; doubles up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export function createOutbox({ send, storage, after, random, onDelivered, onRefused }: OutboxParts): Outbox {
  const waiting = storage.load();
  let running: Promise<void> | undefined;
  let failures = 0;
  let closed = false;
  let cancelRetry = () => {};

  function settle(entries: readonly FeedbackEntry[]): void {
    waiting.splice(0, entries.length);
    storage.remove(entries);
  }

  /** True when every entry of the batch, which heads the queue, is delivered or refused. */
  async function deliver(batch: readonly FeedbackEntry[]): Promise<boolean> {
    try {
      await send(batch);
    } catch (error) {
      return refusesForGood(error) ? sift(batch, error) : retryLater(error);
    }
    settle(batch);
    onDelivered(batch);
    return true;
  }

  /** One bad entry spoils its batch: halve until it stands alone. */
  async function sift(batch: readonly FeedbackEntry[], error: unknown): Promise<boolean> {
    const [only] = batch;
    if (only !== undefined && batch.length === 1) {
      settle(batch);
      onRefused(only, error);
      return true;
    }
    const middle = Math.ceil(batch.length / 2);
    return (await deliver(batch.slice(0, middle))) && deliver(batch.slice(middle));
  }

  function retryLater(error: unknown): false {
    // Without a session there is nobody to record for; the next log-in flushes.
    if (closed || ConnectError.from(error).code === Code.Unauthenticated) return false;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS);
    // Anywhere in the upper half, so that clients cut off together do not return together.
    const delayMs = Math.max(pauseMs * (0.5 + random() / 2), retryAfterMs(error) ?? 0);
    cancelRetry = after(delayMs, () => void flush());
    return false;
  }

  async function drain(): Promise<void> {
    try {
      while (waiting.length > 0) {
        if (!(await deliver(waiting.slice(0, BATCH_SIZE)))) return;
        failures = 0;
      }
    } finally {
      running = undefined;
    }
  }

  function flush(): Promise<void> {
    cancelRetry();
    if (running === undefined && waiting.length > 0 && !closed) running = drain();
    return running ?? Promise.resolve();
  }

  return {
    add(entry) {
      waiting.push(entry);
      storage.put(entry);
    },
    flush,
    isSending: () => running !== undefined,
    close() {
      closed = true;
      cancelRetry();
    },
  };
}

function refusesForGood(error: unknown): boolean {
  switch (ConnectError.from(error).code) {
    case Code.InvalidArgument:
    case Code.NotFound:
    case Code.OutOfRange:
    case Code.FailedPrecondition:
    case Code.PermissionDenied:
      return true;
    default:
      return false;
  }
}
