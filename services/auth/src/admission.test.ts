import { createAdmission, QueueFullError } from "./admission.js";

const patient = new AbortController().signal;

describe("createAdmission()", () => {
  it("runs so many at once, the others in the order in which they came", async () => {
    const admission = createAdmission({ atOnce: 2, waiting: 10 });
    const tasks = Array.from({ length: 5 }, () => new OpenEnded());
    const started: number[] = [];
    const results = tasks.map((task, i) =>
      admission.run(() => {
        started.push(i);
        return task.promise;
      }, patient),
    );
    expect(started).toEqual([0, 1]);
    tasks[1]?.end();
    await results[1];
    expect(started).toEqual([0, 1, 2]);
    tasks[0]?.end();
    await results[0];
    expect(started).toEqual([0, 1, 2, 3]);
    const late = admission.run(async () => started.push(5), patient);
    expect(started).toEqual([0, 1, 2, 3]);
    for (const task of tasks) task.end();
    await Promise.all([...results, late]);
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("turns away who comes when the queue is full, and lets them in when it is not", async () => {
    const admission = createAdmission({ atOnce: 1, waiting: 1 });
    const first = new OpenEnded();
    const running = admission.run(() => first.promise, patient);
    const waiting = admission.run(async () => "second", patient);
    await expect(admission.run(async () => "third", patient)).rejects.toBeInstanceOf(QueueFullError);
    first.end();
    await running;
    expect(await waiting).toBe("second");
    expect(await admission.run(async () => "fourth", patient)).toBe("fourth");
  });

  it("passes the place on when a task fails", async () => {
    const admission = createAdmission({ atOnce: 1, waiting: 1 });
    const failing = admission.run(() => Promise.reject(new Error("no luck")), patient);
    const next = admission.run(async () => "next", patient);
    await expect(failing).rejects.toThrow("no luck");
    expect(await next).toBe("next");
  });

  it("does not begin for a caller who left the queue, and goes on to the next", async () => {
    const admission = createAdmission({ atOnce: 1, waiting: 2 });
    const first = new OpenEnded();
    const running = admission.run(() => first.promise, patient);
    const leaving = new AbortController();
    const task = jest.fn(async () => "left");
    const left = admission.run(task, leaving.signal);
    const next = admission.run(async () => "next", patient);
    leaving.abort(new Error("gone"));
    first.end();
    await running;
    await expect(left).rejects.toThrow("gone");
    expect(task).not.toHaveBeenCalled();
    expect(await next).toBe("next");
  });
});

/** A task that ends when told to. */
class OpenEnded {
  readonly promise: Promise<void>;
  end: () => void = () => {};

  constructor() {
    this.promise = new Promise((resolve) => {
      this.end = resolve;
    });
  }
}
