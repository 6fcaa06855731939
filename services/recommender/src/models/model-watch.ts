import type { Logger } from "@craic/runtime/log.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import type { ChannelsFile } from "./channels-file.js";
import type { ModelLifecycle } from "./model-lifecycle.js";

/** What could not be followed is tried again once in so many looks. */
const LOOKS_PER_RETRY = 15;

/**
 * Follows channels.json, so that what a trainer or another replica publishes ranks here too, and a lost call of
 * Reload does no harm. A look that finds nothing new costs one question to the file system.
 */
export class ModelWatch {
  private seen: string | undefined;
  private looksSinceRetry = 0;
  private looking: RepeatedTask | undefined;

  /** @param onLook what else is to be looked at as often */
  constructor(
    private readonly file: ChannelsFile,
    private readonly lifecycle: ModelLifecycle,
    private readonly log: Logger,
    private readonly onLook: () => Promise<void> = async () => undefined,
  ) {}

  async look(): Promise<void> {
    // Asked before the file is read: what changes in between is seen the next time.
    const fingerprint = await this.file.fingerprint();
    const isDue = this.lifecycle.hasProblems && ++this.looksSinceRetry >= LOOKS_PER_RETRY;
    if (fingerprint !== this.seen || isDue) {
      this.looksSinceRetry = 0;
      this.seen = fingerprint;
      await this.lifecycle.follow();
    }
    await this.onLook();
  }

  /** Looks every so often until closed. */
  start(everyMs: number): void {
    this.looking = new RepeatedTask(
      () => this.look(),
      everyMs,
      (error) => this.log.warn({ err: error }, "the models cannot be looked after for the moment"),
    ).start();
  }

  async close(): Promise<void> {
    await this.looking?.close();
  }
}
