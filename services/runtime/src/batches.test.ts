import { batches } from "./batches.js";

const LONG_MS = 60_000;
const ofThree = (batch: readonly unknown[]) => batch.length >= 3;

describe("batches", () => {
  it("hands on full batches, and what is left when the input ends", async () => {
    const found = [];
    for await (const batch of batches(numbers(7), ofThree, LONG_MS)) found.push(batch);
    expect(found).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });

  it("hands on nothing for an empty input", async () => {
    expect(await batches(numbers(0), ofThree, LONG_MS).next()).toEqual({ done: true, value: undefined });
  });

  it("does not keep what has arrived when the input pauses", async () => {
    const { input, send, end } = channel<string>();
    const output = batches(input, ofThree, 5);
    const first = output.next();
    send("a");
    send("b");
    expect(await first).toEqual({ done: false, value: ["a", "b"] });
    const second = output.next();
    send("c");
    expect(await second).toEqual({ done: false, value: ["c"] });
    end();
    expect(await output.next()).toEqual({ done: true, value: undefined });
  });

  it("reads no further than one element beyond the batch that is being worked on", async () => {
    let read = 0;
    async function* counted() {
      for (;;) yield read++;
    }
    const output = batches(counted(), ofThree, LONG_MS);
    await output.next();
    await new Promise(setImmediate);
    expect(read).toBeLessThanOrEqual(4);
    await output.return();
  });

  it("fails as its input fails", async () => {
    async function* failing() {
      yield 1;
      throw new Error("cut off");
    }
    await expect(batches(failing(), ofThree, LONG_MS).next()).rejects.toThrow("cut off");
  });

  it("lets a consumer go that gives up while the input waits", async () => {
    const { input, send } = channel<string>();
    const output = batches(input, ofThree, 1);
    const first = output.next();
    send("a");
    await first;
    expect(await output.return()).toEqual({ done: true, value: undefined });
  });

  it("closes an input that is not read to its end", async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield 1;
      } finally {
        closed = true;
      }
    }
    for await (const _ of batches(endless(), ofThree, LONG_MS)) break;
    await new Promise(setImmediate);
    expect(closed).toBe(true);
  });
});

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield i;
}

/** An input that a test feeds by hand. */
function channel<T>() {
  const waiting: PromiseWithResolvers<IteratorResult<T>>[] = [Promise.withResolvers()];
  let at = 0;
  const put = (result: IteratorResult<T>) => {
    waiting.at(-1)?.resolve(result);
    waiting.push(Promise.withResolvers());
  };
  const next = () => {
    const { promise } = waiting[at] as PromiseWithResolvers<IteratorResult<T>>;
    at++;
    return promise;
  };
  return {
    input: { [Symbol.asyncIterator]: () => ({ next }) },
    send: (value: T) => put({ done: false, value }),
    end: () => put({ done: true, value: undefined }),
  };
}
