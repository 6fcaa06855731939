import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import type { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { ConversionSchema, ExposureSchema } from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { throttledWarning } from "@craic/runtime/throttled-warning.js";

/** What happened to people, told on the word of one caller. */
export interface ExperimentBatch {
  /** The caller's header; "" for who is not signed in. */
  readonly authorization: string;
  readonly exposures: readonly MessageInitShape<typeof ExposureSchema>[];
  readonly conversions: readonly MessageInitShape<typeof ConversionSchema>[];
}

export interface ExperimentEventsOptions {
  readonly client: Pick<Client<typeof ExperimentService>, "recordExposures" | "recordConversions">;
  /** Events that may wait. */
  readonly capacity: number;
  /** The wait after the first failure, and the longest; it doubles between, with jitter. */
  readonly retryMs: { readonly first: number; readonly most: number };
  readonly random: () => number;
  readonly now: () => Date;
  readonly log: Logger;
}

const TIMEOUT_MS = 5_000;
const WARN_EVERY_MS = 10_000;
/** Calls under way at a time. */
const AT_ONCE = 256;
const AWAY: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Canceled,
]);

/**
 * Tells the experiments service what happened, in the background. While that is away events wait, up to `capacity`, and
 * are told again later; those that find no room, or that it will never take, are dropped and counted. Told twice they
 * count once.
 */
export class ExperimentEvents {
  readonly counts = { told: 0, dropped: 0 };
  /** Events that wait or are being told. */
  waiting = 0;
  private readonly queue: ExperimentBatch[] = [];
  private underWay = 0;
  private failures = 0;
  private pause: NodeJS.Timeout | undefined;
  private settled: (() => void) | undefined;
  private readonly warn;

  constructor(private readonly options: ExperimentEventsOptions) {
    this.warn = throttledWarning(options.log, WARN_EVERY_MS, options.now);
  }

  /** Takes events in, all of a batch or, where there is no room, none. */
  offer(batch: ExperimentBatch): void {
    const size = sizeOf(batch);
    if (size === 0) return;
    if (this.waiting + size > this.options.capacity) {
      this.counts.dropped += size;
      return;
    }
    this.waiting += size;
    this.queue.push(batch);
    this.work();
  }

  /** Tells what waits, for so long at most. Returns how many events were left, which are lost. */
  async close(withinMs: number): Promise<number> {
    this.resume();
    if (this.waiting > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.settled = resolve;
      const limit = setTimeout(resolve, withinMs);
      await promise;
      clearTimeout(limit);
    }
    clearTimeout(this.pause);
    this.queue.length = 0;
    return this.waiting;
  }

  private work(): void {
    while (this.pause === undefined && this.underWay < AT_ONCE && this.queue.length > 0) {
      this.underWay++;
      void this.tell(this.queue.shift()!);
    }
  }

  private async tell(batch: ExperimentBatch): Promise<void> {
    const size = sizeOf(batch);
    try {
      const dropped = await this.send(batch);
      this.failures = 0;
      this.counts.dropped += dropped;
      this.counts.told += size - dropped;
      this.waiting -= size;
    } catch (error) {
      const { code } = ConnectError.from(error);
      if (AWAY.has(code)) {
        this.queue.unshift(batch);
        this.waitAndTryAgain();
      } else {
        this.counts.dropped += size;
        this.waiting -= size;
      }
      this.warn(Code[code], { dependency: "experiments", code: Code[code] }, "experiments could not be told");
    }
    this.underWay--;
    if (this.waiting === 0) this.settled?.();
    this.work();
  }

  /** Exposures first, for which conversions count. Returns how many found no room there. */
  private async send({ authorization, exposures, conversions }: ExperimentBatch): Promise<number> {
    const { client } = this.options;
    const headers: Record<string, string> = authorization === "" ? {} : { authorization };
    const options = { headers, timeoutMs: TIMEOUT_MS };
    let dropped = 0;
    if (exposures.length > 0) {
      dropped += (await client.recordExposures({ exposures: [...exposures] }, options)).dropped;
    }
    if (conversions.length > 0) {
      dropped += (await client.recordConversions({ conversions: [...conversions] }, options)).dropped;
    }
    return dropped;
  }

  private waitAndTryAgain(): void {
    if (this.pause !== undefined) return;
    const { retryMs, random } = this.options;
    const ms = Math.min(retryMs.most, retryMs.first * 2 ** this.failures++);
    // Full jitter, so that replicas do not come back all at once.
    this.pause = setTimeout(() => this.resume(), retryMs.first + random() * (ms - retryMs.first));
    this.pause.unref();
  }

  private resume(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
    this.work();
  }
}

function sizeOf({ exposures, conversions }: ExperimentBatch): number {
  return exposures.length + conversions.length;
}
