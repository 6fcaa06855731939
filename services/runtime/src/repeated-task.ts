/** After a failure the next try waits this many times longer. */
const SLOWER = 5;

/** Does something every so often until closed; what takes longer than that is not done twice at a time. */
export class RepeatedTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isClosed = false;

  /** @param failed is told why the task failed; not of what comes after `close` */
  constructor(
    private readonly task: () => Promise<void>,
    private readonly everyMs: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): this {
    this.runIn(this.everyMs);
    return this;
  }

  /** Waits for what is under way, and lets nothing begin after it. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private runIn(ms: number): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, ms);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    let nextMs = this.everyMs;
    try {
      await this.task();
    } catch (error) {
      nextMs *= SLOWER;
      if (!this.isClosed) this.failed(error);
    }
    this.runIn(nextMs);
  }
}
