import { instantiateKernels, type Kernels } from "./kernels.js";

const PAGE_BYTES = 65_536;
const MAX_PAGES = 65_536;
/** More than the kernels keep for themselves, before the first array. */
const OWN_BYTES = 4_096;
/** Of a cache line, so that no two arrays share one and vectors never straddle two. */
const ALIGNMENT_BYTES = 64;

/**
 * Shared memories that nobody has any more. V8 does not see how large they are and would let them pile up, so the
 * next who wants one gets one of these; weak, so that it may still collect them.
 */
const idle: WeakRef<WebAssembly.Memory>[] = [];

/**
 * Flat arrays that WebAssembly kernels see in place, and the kernels over them.
 *
 *     const memory = new KernelMemory();
 *     const a = memory.float32(64);
 *     const b = memory.float32(64);
 *     memory.kernels.dot(a.byteOffset, b.byteOffset, 64);
 *
 * Arrays are laid one after the other, hold zeros at first, and live as long as the memory. There are two kinds:
 *
 * - For a task: threads share it, it grows as arrays are asked for, and it is released at the task's end.
 * - For a model that serves: of a fixed size and of one thread, collected with what holds it.
 */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  /** The first byte that no array holds. */
  private end: number;
  private released = false;

  /** @param fixedBytes how much a memory of one thread has room for; left out for one that is shared and grows */
  constructor(private readonly fixedBytes?: number) {
    this.memory = fixedBytes === undefined ? sharedMemory() : unsharedMemory(fixedBytes);
    this.kernels = instantiateKernels(this.memory, this.isShared);
    this.end = this.kernels.heapBase();
  }

  /** How many bytes arrays of so many bytes take, each alignment included: the size of a fixed memory for them. */
  static bytesFor(...arrays: readonly number[]): number {
    return arrays.reduce((sum, bytes) => sum + aligned(bytes), 0);
  }

  get isShared(): boolean {
    return this.fixedBytes === undefined;
  }

  /**
   * Leaves a shared memory to the next task. Its arrays must not be used any more, nor may a thread run: what a
   * task returns is a copy.
   */
  release(): void {
    if (!this.isShared || this.released) return;
    this.released = true;
    new Uint8Array(this.memory.buffer, 0, this.end).fill(0);
    idle.push(new WeakRef(this.memory));
  }

  /** @throws RangeError when a fixed memory is full, or 4 GiB are not enough */
  float32(length: number): Float32Array {
    const begin = this.reserve(4 * length);
    return new Float32Array(this.memory.buffer, begin, length);
  }

  float64(length: number): Float64Array {
    const begin = this.reserve(8 * length);
    return new Float64Array(this.memory.buffer, begin, length);
  }

  uint32(length: number): Uint32Array {
    const begin = this.reserve(4 * length);
    return new Uint32Array(this.memory.buffer, begin, length);
  }

  int32(length: number): Int32Array {
    const begin = this.reserve(4 * length);
    return new Int32Array(this.memory.buffer, begin, length);
  }

  uint8(length: number): Uint8Array {
    const begin = this.reserve(length);
    return new Uint8Array(this.memory.buffer, begin, length);
  }

  /** How many bytes are taken. */
  get byteLength(): number {
    return this.end;
  }

  /** Takes room, and returns where it begins. */
  private reserve(bytes: number): number {
    const begin = aligned(this.end);
    const missing = begin + bytes - this.memory.buffer.byteLength;
    if (missing > 0) {
      if (!this.isShared)
        throw new RangeError(`${bytes} bytes do not fit into a memory of ${this.fixedBytes}`);
      this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    }
    this.end = begin + bytes;
    return begin;
  }
}

function sharedMemory(): WebAssembly.Memory {
  while (idle.length > 0) {
    const memory = idle.pop()!.deref();
    if (memory !== undefined) return memory;
  }
  return new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
}

function unsharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil((OWN_BYTES + bytes) / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: false });
}

const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
