/** How many calls a second, evenly spaced, whatever becomes of the ones before; or as many as `connections` can have. */
export interface Pace {
  readonly ratePerSecond?: number;
  readonly connections?: number;
  readonly seconds: number;
  /** Connections make no more calls than this, together. */
  readonly mostCalls?: number;
}

export interface Paced {
  /** Of each call that succeeded, from when it should have been made to the end of its answer, in milliseconds. */
  readonly latenciesMs: number[];
  /** What went wrong, for each call that failed. */
  readonly failures: string[];
  readonly seconds: number;
}

/** Makes calls at a pace. @param call makes the call of a number, 0 for the first */
export async function makeCalls(pace: Pace, call: (number: number) => Promise<void>): Promise<Paced> {
  const { seconds, ratePerSecond, connections = 1, mostCalls = Number.POSITIVE_INFINITY } = pace;
  const begin = performance.now();
  const latenciesMs: number[] = [];
  const failures: string[] = [];
  const timed = async (number: number, dueMs: number) => {
    try {
      await call(number);
      latenciesMs.push(performance.now() - dueMs);
    } catch (error) {
      failures.push((error as Error).message);
    }
  };
  if (ratePerSecond !== undefined) {
    const under = Array.from({ length: ratePerSecond * seconds }, async (_, i) => {
      const dueMs = begin + (i * 1_000) / ratePerSecond;
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, dueMs - performance.now())));
      await timed(i, dueMs);
    });
    await Promise.all(under);
  } else {
    let made = 0;
    const chains = Array.from({ length: connections }, async () => {
      while (made < mostCalls && performance.now() - begin < seconds * 1_000) {
        await timed(made++, performance.now());
      }
    });
    await Promise.all(chains);
  }
  return { latenciesMs, failures, seconds: (performance.now() - begin) / 1_000 };
}

/** Makes this process answer each order that its parent sends with what `run` makes of it. */
export function obey<Order, Outcome>(run: (order: Order) => Promise<Outcome>): void {
  process.on("message", (order: Order) => {
    run(order).then(
      (outcome) => process.send?.(outcome),
      (error) => {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
        process.exit(1);
      },
    );
  });
}
