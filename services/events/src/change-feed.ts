/** Tells those who wait that the order of changes has moved on. */
export interface ChangeFeed {
  /** The furthest position known to be committed. */
  readonly position: number;
  /** How many are waiting. */
  readonly waiting: number;
  /** Says that everything up to `position` is committed. */
  advance(position: number): void;
  /**
   * Resolves to true once the order has moved beyond `position`, to false when `signal` is aborted or the feed
   * closed. Rejects when it cannot be found out.
   */
  beyond(position: number, signal: AbortSignal): Promise<boolean>;
  /** Stops looking, and lets everybody go who waits or comes to. */
  close(): void;
}

interface Waiter extends PromiseWithResolvers<void> {
  readonly position: number;
}

/**
 * A feed that hears of this process's own changes at once, by advance(), and looks for other processes' every
 * `pollMs` while anybody waits: one query for all of them.
 *
 * @param read the furthest position, from the database
 */
export function createChangeFeed(read: () => Promise<number>, pollMs: number): ChangeFeed {
  const waiters = new Set<Waiter>();
  let position = 0;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  function advance(to: number): void {
    position = Math.max(position, to);
    for (const waiter of [...waiters]) if (position > waiter.position) waiter.resolve();
  }

  function pollLater(): void {
    if (timer !== undefined || closed || waiters.size === 0) return;
    timer = setTimeout(async () => {
      try {
        advance(await read());
      } catch (error) {
        for (const waiter of [...waiters]) waiter.reject(error);
      }
      timer = undefined;
      pollLater();
    }, pollMs);
  }

  return {
    get position() {
      return position;
    },
    get waiting() {
      return waiters.size;
    },
    advance,
    async beyond(after, signal) {
      const waiter: Waiter = { position: after, ...Promise.withResolvers<void>() };
      const letGo = () => waiter.resolve();
      signal.addEventListener("abort", letGo);
      waiters.add(waiter);
      if (position > after || closed || signal.aborted) letGo();
      else pollLater();
      try {
        await waiter.promise;
      } finally {
        waiters.delete(waiter);
        signal.removeEventListener("abort", letGo);
      }
      return !closed && !signal.aborted;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const waiter of [...waiters]) waiter.resolve();
    },
  };
}
