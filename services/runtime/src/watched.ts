/**
 * The same messages; `ended` is told once when there are no more, with what went wrong if something did.
 * Lighter than an async generator around them.
 */
export function watched<T>(messages: AsyncIterable<T>, ended: (failure?: unknown) => void): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = messages[Symbol.asyncIterator]();
      let told = false;
      const tell = (failure?: unknown) => {
        if (!told) ended(failure);
        told = true;
      };
      return {
        async next() {
          try {
            const result = await iterator.next();
            if (result.done) tell();
            return result;
          } catch (failure) {
            tell(failure);
            throw failure;
          }
        },
        async return(value?: unknown) {
          tell();
          await iterator.return?.();
          return { done: true, value };
        },
      };
    },
  };
}
