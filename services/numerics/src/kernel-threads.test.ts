import { KernelMemory } from "./kernel-memory.js";
import { KernelThreads } from "./kernel-threads.js";
import { createRandom } from "./random.js";

const COLUMNS = 24;
/** Rows that take some twenty seconds one by one, even of a kernel with nothing to do. */
const MANY = 2 ** 31 - 64;
let threads: KernelThreads;
afterEach(() => threads.close());

describe("KernelThreads", () => {
  it.each([1, 2, 3])("treat every row once with %i threads", async (count) => {
    const { memory, y, gram, args } = gramOfRandomRows();
    threads = new KernelThreads(memory, count, 0);
    await threads.run("addGram", COLUMNS / 4, args, { chunk: 1 });
    for (let i = 0; i < COLUMNS; i++) {
      for (let j = i; j < COLUMNS; j++) expect(gram[i * COLUMNS + j]).toBeCloseTo(columnProduct(y, i, j), 4);
    }
  });

  it("treat no row past the last, in however large chunks", async () => {
    const { memory, gram, args } = gramOfRandomRows();
    threads = new KernelThreads(memory, 2, 0);
    await threads.run("addGram", 2, args, { chunk: 6 });
    expect(gram.subarray(7 * COLUMNS).some((value) => value !== 0)).toBe(true);
    expect(gram.subarray(8 * COLUMNS).some((value) => value !== 0)).toBe(false);
  });

  it("give the same bits however many they are", async () => {
    const { memory, gram, args } = gramOfRandomRows();
    const results: Float32Array[] = [];
    for (const count of [1, 2]) {
      gram.fill(0);
      threads = new KernelThreads(memory, count, 0);
      await threads.run("addGram", COLUMNS / 4, args, { chunk: 1 });
      await threads.close();
      results.push(gram.slice());
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("stop handing out rows when the caller gives up, and can be used again", async () => {
    const { memory, gram, args } = gramOfRandomRows();
    threads = new KernelThreads(memory, 2, 0);
    const controller = new AbortController();
    const signal = controller.signal;
    const outcome = threads.run("addGram", MANY, ofNothing(args), { chunk: 1, signal });
    controller.abort(new Error("enough"));
    await expect(outcome).rejects.toThrow("enough");
    await threads.run("addGram", COLUMNS / 4, args);
    expect(gram[0]).toBeGreaterThan(0);
  }, 5_000);

  it("begin nothing for a caller who has given up already", async () => {
    const { memory, gram, args } = gramOfRandomRows();
    threads = new KernelThreads(memory, 1, 0);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(threads.run("addGram", 1, args, { signal })).rejects.toThrow("too late");
    expect(gram[0]).toBe(0);
  });

  it("pass on what a kernel throws, then and to who comes later", async () => {
    const { memory, args } = gramOfRandomRows();
    threads = new KernelThreads(memory, 2, 0);
    const [, rows, columns, gram] = args;
    const pastTheEnd = 2 ** 31;
    await expect(threads.run("addGram", 1, [pastTheEnd, rows, columns, gram])).rejects.toThrow(
      /out of bounds/,
    );
    await expect(threads.run("addGram", 1, args)).rejects.toThrow(/out of bounds/);
  });

  it("end a kernel that is under way when they are closed", async () => {
    const { memory, args } = gramOfRandomRows();
    threads = new KernelThreads(memory, 2, 0);
    const outcome = expect(threads.run("addGram", MANY, ofNothing(args), { chunk: 1 })).rejects.toThrow(
      "closed",
    );
    await threads.close();
    await outcome;
  }, 5_000);

  it("take one kernel at a time", async () => {
    const { memory, args } = gramOfRandomRows();
    threads = new KernelThreads(memory, 1, 0);
    const first = threads.run("addGram", 1, args);
    await expect(threads.run("addGram", 1, args)).rejects.toThrow("busy");
    await first;
  });

  it("refuse a memory that they cannot share", () => {
    expect(() => new KernelThreads(new KernelMemory(64), 1, 0)).toThrow("not shared");
  });

  it.each([0, 1.5, NaN])("refuse to be %p", (count) => {
    expect(() => new KernelThreads(new KernelMemory(), count, 0)).toThrow(`threads is ${count}`);
  });
});

/** 100 random rows, room for their Gram matrix, and the arguments to compute it. */
function gramOfRandomRows() {
  const random = createRandom(1);
  const memory = new KernelMemory();
  const y = memory.float32(100 * COLUMNS);
  for (let i = 0; i < y.length; i++) y[i] = random() - 0.5;
  const gram = memory.float32(COLUMNS * COLUMNS);
  const args: [number, number, number, number] = [y.byteOffset, 100, COLUMNS, gram.byteOffset];
  return { memory, y, gram, args };
}

/** The same arguments with a matrix that has no rows, whose Gram matrix takes no time. */
function ofNothing([y, , columns, gram]: [number, number, number, number]): [number, number, number, number] {
  return [y, 0, columns, gram];
}

function columnProduct(y: Float32Array, i: number, j: number): number {
  let sum = 0;
  for (let row = 0; row < y.length; row += COLUMNS) sum += y[row + i]! * y[row + j]!;
  return sum;
}
