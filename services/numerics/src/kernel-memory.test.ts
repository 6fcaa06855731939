import { dotPlain } from "./dot-plain.js";
import { KernelMemory } from "./kernel-memory.js";
import { createRandom } from "./random.js";

const PAGE_BYTES = 65_536;

describe("KernelMemory", () => {
  it("lays arrays apart, aligned to cache lines and full of zeros", () => {
    const memory = new KernelMemory();
    const arrays = [memory.uint8(3), memory.float32(5), memory.float64(7), memory.uint32(1), memory.int32(9)];
    for (const [i, array] of arrays.entries()) {
      expect(array.byteOffset % 64).toBe(0);
      expect(array.every((value) => value === 0)).toBe(true);
      array.fill(i + 1);
    }
    expect(arrays.map((array) => Array.from(array))).toEqual(
      [3, 5, 7, 1, 9].map((length, i) => Array(length).fill(i + 1)),
    );
  });

  it("keeps what earlier views hold when it grows", () => {
    const memory = new KernelMemory();
    const early = memory.float32(16).fill(2);
    const late = memory.float32(1_000_000).fill(3);
    expect(memory.byteLength).toBeGreaterThanOrEqual(4_000_064);
    expect(memory.kernels.dot(early.byteOffset, late.byteOffset, 16)).toBe(96);
  });

  it("refuses more than a 32-bit address can reach", () => {
    expect(() => new KernelMemory().uint8(2 ** 32)).toThrow(RangeError);
  });
});

describe("a KernelMemory of a fixed size", () => {
  it("has room for the arrays that it was made for, and for no more", () => {
    const memory = new KernelMemory(KernelMemory.bytesFor(4, 1, 400_000));
    const [a, b] = [memory.uint32(1), memory.uint8(1), memory.float32(100_000).fill(2)];
    a[0] = 7;
    expect(b[0]).toBe(0);
    expect(() => memory.uint8(PAGE_BYTES)).toThrow("65536 bytes do not fit");
  });

  it("has room for small arrays, each in a cache line of its own", () => {
    const memory = new KernelMemory(KernelMemory.bytesFor(...Array<number>(2_000).fill(1)));
    const arrays = Array.from({ length: 2_000 }, () => memory.uint8(1));
    expect(arrays.at(-1)!.byteOffset - arrays[0]!.byteOffset).toBe(64 * 1_999);
  });

  it("has the kernels of one that is shared", () => {
    const memory = new KernelMemory(KernelMemory.bytesFor(32));
    const a = memory.float32(8).fill(3);
    expect(memory.kernels.dot(a.byteOffset, a.byteOffset, 8)).toBe(72);
    expect([memory.isShared, new KernelMemory().isShared]).toEqual([false, true]);
  });
});

describe("a released KernelMemory", () => {
  it("is what the next task gets, full of zeros", () => {
    const first = new KernelMemory();
    first.uint8(1_000_000).fill(1);
    first.release();
    const second = new KernelMemory();
    expect(second.memory).toBe(first.memory);
    expect(second.uint8(1_000_000).every((byte) => byte === 0)).toBe(true);
  });

  it("goes to one task only, however often it is released", () => {
    const first = new KernelMemory();
    first.release();
    first.release();
    expect(new KernelMemory().memory).not.toBe(new KernelMemory().memory);
  });

  it("stays with its owner when it is of a fixed size", () => {
    const fixed = new KernelMemory(64);
    const array = fixed.uint8(64).fill(1);
    fixed.release();
    expect(array.every((byte) => byte === 1)).toBe(true);
    expect(new KernelMemory().memory).not.toBe(fixed.memory);
  });
});

describe("dot", () => {
  it.each([0, 4, 8, 60, 256])("agrees with its plain twin over %i numbers", (n) => {
    const random = createRandom(n);
    const memory = new KernelMemory();
    const a = memory.float32(n).map(() => random() - 0.5);
    const inMemory = memory.float32(n);
    inMemory.set(a);
    const b = memory.float32(n);
    for (let i = 0; i < n; i++) b[i] = random() - 0.5;
    expect(memory.kernels.dot(inMemory.byteOffset, b.byteOffset, n)).toBeCloseTo(dotPlain(a, b), 5);
  });
});
