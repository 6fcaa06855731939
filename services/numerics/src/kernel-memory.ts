import { instantiateKernels, type Kernels } from "./kernels.js";

const PAGE_BYTES = 65_536;
const MAX_PAGES = 65_536;
/** Of a cache line, so that no two arrays share one and vectors never straddle two. */
const ALIGNMENT_BYTES = 64;

/**
 * Flat arrays that WebAssembly kernels and other threads see in place, and the kernels over them.
 *
 *     const memory = new KernelMemory();
 *     const a = memory.float32(64);
 *     const b = memory.float32(64);
 *     memory.kernels.dot(a.byteOffset, b.byteOffset, 64);
 *
 * Arrays are laid one after the other, hold zeros at first, and live as long as the memory: one memory per model
 * or task, dropped as a whole. It grows as arrays are asked for; views made before stay valid.
 */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
  readonly kernels: Kernels = instantiateKernels(this.memory);
  /** The first byte that no array holds. */
  private end = this.kernels.heapBase();

  /** @throws RangeError when 4 GiB are not enough */
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
    const begin = Math.ceil(this.end / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const missing = begin + bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.end = begin + bytes;
    return begin;
  }
}
