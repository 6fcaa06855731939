import { RepeatedTask } from "./repeated-task.js";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A task that counts how often it was begun; `outcome` says what becomes of it. */
function counted(outcome: () => Promise<void> = async () => undefined) {
  const failures: unknown[] = [];
  let begun = 0;
  const task = new RepeatedTask(
    () => {
      begun++;
      return outcome();
    },
    100,
    (error) => failures.push(error),
  ).start();
  return { task, failures, begun: () => begun };
}

describe("RepeatedTask", () => {
  it("does it every so often, the first time after a while", async () => {
    const { begun } = counted();
    await jest.advanceTimersByTimeAsync(99);
    expect(begun()).toBe(0);
    await jest.advanceTimersByTimeAsync(201);
    expect(begun()).toBe(3);
  });

  it("does not begin again while it is under way", async () => {
    const slow = Promise.withResolvers<void>();
    const { begun } = counted(() => slow.promise);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(begun()).toBe(1);
    slow.resolve();
    await jest.advanceTimersByTimeAsync(100);
    expect(begun()).toBe(2);
  });

  it("tells of a failure and waits five times as long", async () => {
    const error = new Error("away");
    const { begun, failures } = counted(() => Promise.reject(error));
    await jest.advanceTimersByTimeAsync(599);
    expect([begun(), failures]).toEqual([1, [error]]);
    await jest.advanceTimersByTimeAsync(1);
    expect(begun()).toBe(2);
  });

  it("begins nothing after it was closed, waits for what is under way, and is silent about how that ended", async () => {
    const slow = Promise.withResolvers<void>();
    const { task, begun, failures } = counted(() => slow.promise);
    await jest.advanceTimersByTimeAsync(100);
    let isClosed = false;
    const closing = task.close().then(() => {
      isClosed = true;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isClosed).toBe(false);
    slow.reject(new Error("the pool is closed"));
    await closing;
    await jest.advanceTimersByTimeAsync(1_000);
    expect([begun(), failures]).toEqual([1, []]);
  });
});
