/** Lets a few tasks run at once and a few more wait, and turns away the rest. */
export interface Admission {
  /**
   * Runs the task when its turn comes. Rejects with QueueFullError when too many wait already, and with the
   * signal's reason when it is aborted before the turn comes.
   */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export class QueueFullError extends Error {
  constructor() {
    super("too many are waiting already");
    this.name = "QueueFullError";
  }
}

/**
 * @param atOnce most tasks that run at the same time
 * @param waiting most tasks that wait for one of those to end
 */
export function createAdmission({ atOnce, waiting }: { atOnce: number; waiting: number }): Admission {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    async run(task, signal) {
      if (running < atOnce) {
        running++;
      } else {
        if (queue.length >= waiting) throw new QueueFullError();
        // Whoever ends hands over their place, so `running` stays as it is.
        await new Promise<void>((resolve) => queue.push(resolve));
      }
      try {
        signal.throwIfAborted();
        return await task();
      } finally {
        const next = queue.shift();
        if (next === undefined) running--;
        else next();
      }
    },
  };
}
