/** Some events that came together, and what has become of them. */
export class Batch {
  /** Of these, the ones that are not written yet. */
  waiting = 0;
  /** Found no room, or could not be written by any number of tries. */
  dropped = 0;
  private answer: (() => void) | undefined;

  constructor(readonly size: number) {}

  /** When all are written or dropped, or somebody releases it, or the time is over. */
  async settledWithin(ms: number): Promise<void> {
    if (this.waiting === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.answer = resolve;
    const limit = setTimeout(resolve, ms);
    await promise;
    clearTimeout(limit);
  }

  noteWritten(): void {
    this.waiting--;
    if (this.waiting === 0) this.release();
  }

  noteDropped(): void {
    this.dropped++;
    this.noteWritten();
  }

  /** Whoever waits for it waits no longer. */
  release(): void {
    this.answer?.();
  }
}
