import { Worker } from "node:worker_threads";
import type { KernelMemory } from "./kernel-memory.js";
import { type Kernels, kernelModule } from "./kernels.js";

/** Kernels that treat a range of rows with scratch room of their own: (begin, end, scratch, …). */
type RangeKernel = {
  [K in keyof Kernels]: Kernels[K] extends (
    begin: number,
    end: number,
    scratch: number,
    ...rest: infer _
  ) => void
    ? K
    : never;
}[keyof Kernels];

/** What such a kernel takes after (begin, end, scratch). */
type RangeArguments<K extends RangeKernel> =
  Parameters<Kernels[K]> extends [number, number, number, ...infer Rest] ? Rest : never;

interface Task {
  readonly kernel: string;
  readonly rows: number;
  /** How many rows are taken at a time. */
  readonly chunk: number;
  readonly args: readonly number[];
}

/** What a thread runs. A string, so that it needs no file of its own in a bundle or under test. */
const THREAD = `
const { parentPort, workerData: { module, memory, next, scratch } } = require("node:worker_threads");
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
parentPort.on("message", ({ kernel, rows, chunk, args }) => {
  for (let begin; (begin = Atomics.add(next, 0, chunk)) < rows; ) {
    kernels[kernel](begin, Math.min(begin + chunk, rows), scratch, ...args);
  }
  parentPort.postMessage("done");
});`;

/** More than any machine that this is for has cores. */
export const MAX_THREADS = 256;

/** A thread needs little more than its stack; Node's default is meant for whole programs. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

/**
 * Threads that run kernels over the rows of a matrix in shared memory while the caller's stays free for others.
 * Rows are handed out in chunks to whoever is free; a kernel treats each on its own, so that neither the number of
 * threads nor chance is seen in the result. Close them after use: they keep the process alive.
 */
export class KernelThreads {
  private readonly workers: readonly Worker[];
  /** The first row that is not handed out. */
  private readonly next: Int32Array;
  private running = 0;
  private settle: { resolve: () => void; reject: (reason: unknown) => void } | undefined;
  private failure: Error | undefined;

  /**
   * @param threads 1 to MAX_THREADS; more than the machine has cores is of no use
   * @param scratchBytes for each of them
   */
  constructor(memory: KernelMemory, threads: number, scratchBytes: number) {
    if (!(Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) {
      throw new RangeError(`threads is ${threads}, not a whole number from 1 to ${MAX_THREADS}`);
    }
    if (!memory.isShared) throw new RangeError("memory is of a fixed size, and not shared");
    this.next = memory.int32(1);
    this.workers = Array.from({ length: threads }, () => {
      const scratch = memory.uint8(scratchBytes).byteOffset;
      const workerData = { module: kernelModule(true), memory: memory.memory, next: this.next, scratch };
      const worker = new Worker(THREAD, { eval: true, workerData, resourceLimits: THREAD_LIMITS });
      worker.on("message", () => this.finish());
      worker.on("error", (error) => this.fail(error));
      worker.on("exit", () => this.fail(new Error("a thread has ended by itself")));
      return worker;
    });
  }

  /**
   * Runs a kernel over rows 0 up to `rows`; one call at a time.
   *
   * @param args what the kernel takes after (begin, end, scratch)
   * @param chunk rows that are handed out at a time; an abort waits for those under way
   * @throws what the kernel throws, after which the threads can only be closed; the signal's reason, after which
   *   they can be used on
   */
  async run<K extends RangeKernel>(
    kernel: K,
    rows: number,
    args: RangeArguments<K>,
    { chunk = 16, signal }: { chunk?: number; signal?: AbortSignal } = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    if (this.failure !== undefined) throw this.failure;
    if (this.running > 0) throw new Error("the threads are busy with another kernel");
    Atomics.store(this.next, 0, 0);
    const handOutNoMore = () => Atomics.store(this.next, 0, rows);
    signal?.addEventListener("abort", handOutNoMore);
    this.running = this.workers.length;
    try {
      await new Promise<void>((resolve, reject) => {
        this.settle = { resolve, reject };
        const task: Task = { kernel, rows, chunk, args: args as readonly number[] };
        for (const worker of this.workers) worker.postMessage(task);
      });
    } finally {
      signal?.removeEventListener("abort", handOutNoMore);
    }
    signal?.throwIfAborted();
  }

  /** Ends the threads, also in the middle of a kernel. */
  async close(): Promise<void> {
    this.fail(new Error("the threads are closed"));
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private finish(): void {
    if (--this.running === 0) this.settle?.resolve();
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.settle?.reject(error);
  }
}
