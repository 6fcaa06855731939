/** What the kernels need of WebAssembly, which belongs to the browser's types and is not in Node's. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Memory {
    constructor(size: { initial: number; maximum: number; shared: boolean });
    readonly buffer: ArrayBufferLike;
    /** @param pages of 64 KiB */
    grow(pages: number): number;
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: object;
  }
}
