import { Code, ConnectError } from "@connectrpc/connect";

export interface OutboxOptions<Event> {
  /** Sends a batch; what it throws decides whether it is tried again. */
  readonly send: (events: Event[]) => Promise<unknown>;
  /** Events that may wait. */
  readonly capacity: number;
  /** How long an event waits for others to be sent with. */
  readonly lingerMs: number;
  readonly retryMs: { readonly first: number; readonly most: number };
  readonly random: () => number;
  /** Told of events that found no room or that the service does not want. */
  readonly dropped: (count: number, why: ConnectError | undefined) => void;
}

/** The most that the service takes at once. */
const BATCH = 500;
/** The events are to blame, or who sends them: to try again would change nothing. */
const FOR_GOOD = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
]);

/** Sends events in batches behind the caller's back, in order; tries again with exponential back-off and full jitter. */
export class Outbox<Event> {
  private waiting: Event[] = [];
  private sending: Promise<void> | undefined;
  private failures = 0;
  private isClosed = false;
  private wake: (() => void) | undefined;

  constructor(private readonly options: OutboxOptions<Event>) {}

  offer(event: Event): void {
    if (this.isClosed || this.waiting.length >= this.options.capacity) {
      this.options.dropped(1, undefined);
      return;
    }
    this.waiting.push(event);
    this.sending ??= this.work().finally(() => {
      this.sending = undefined;
    });
  }

  /** Sends what waits, once more for each batch, and takes nothing in any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.wake?.();
    await this.sending;
    if (this.waiting.length > 0) this.options.dropped(this.waiting.splice(0).length, undefined);
  }

  private async work(): Promise<void> {
    await this.pause(this.options.lingerMs);
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      if (await this.deliver(batch)) continue;
      this.waiting.unshift(...batch);
      if (this.isClosed) return;
      const { first, most } = this.options.retryMs;
      const ms = Math.min(most, first * 2 ** this.failures++);
      await this.pause(this.options.random() * ms);
    }
  }

  /** False where it may be tried again. What one event of many is refused for does not take the others with it. */
  private async deliver(batch: Event[]): Promise<boolean> {
    try {
      await this.options.send(batch);
      this.failures = 0;
      return true;
    } catch (reason) {
      const error = ConnectError.from(reason);
      if (!FOR_GOOD.has(error.code)) return false;
      if (batch.length === 1 || error.code !== Code.InvalidArgument) {
        this.options.dropped(batch.length, error);
        return true;
      }
      const half = batch.length >> 1;
      const first = await this.deliver(batch.slice(0, half));
      return (await this.deliver(batch.slice(half))) && first;
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.isClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.wake = resolve;
    const timer = setTimeout(resolve, ms);
    timer.unref();
    await promise;
    clearTimeout(timer);
  }
}
