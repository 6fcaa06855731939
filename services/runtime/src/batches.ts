/**
 * Gathers what arrives into batches. A batch is handed on when it is full, when its first element has waited
 * for `lingerMs`, or when the input ends. While the consumer works on one, at most one element more is read.
 *
 * @param isFull whether a batch, never empty, should not grow any more
 */
export async function* batches<Element>(
  input: AsyncIterable<Element>,
  isFull: (batch: readonly Element[]) => boolean,
  lingerMs: number,
): AsyncGenerator<Element[], void, undefined> {
  const iterator = input[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<Element>> | undefined;
  try {
    for (;;) {
      const first = await (next ?? iterator.next());
      if (first.done === true) return;
      next = undefined;
      const batch = [first.value];
      const pause = pauseOf(lingerMs);
      try {
        while (!isFull(batch)) {
          next ??= iterator.next();
          const arrived = await Promise.race([next, pause.over]);
          if (arrived === undefined || arrived.done === true) break;
          batch.push(arrived.value);
          next = undefined;
        }
      } finally {
        pause.cancel();
      }
      yield batch;
    }
  } finally {
    // Not awaited: an input that waits for its sender would keep a consumer that has given up from saying so.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function pauseOf(ms: number): { over: Promise<undefined>; cancel: () => void } {
  let timer: NodeJS.Timeout;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return { over, cancel: () => clearTimeout(timer) };
}
