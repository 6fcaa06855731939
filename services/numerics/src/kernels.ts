import { type Kernels, sharedModuleBase64, unsharedModuleBase64 } from "./gen/kernels.js";

/*
 * Hot loops in WebAssembly with 128-bit vectors. How to add one:
 *
 *  1. Write an exported function in ../assembly/<topic>.ts (AssemblyScript) and name it in ../assembly/index.ts.
 *     An array is passed as the `usize` of its first byte. A kernel makes no objects and checks no arguments.
 *     One that threads share takes (begin, end, scratch, …) and treats the rows from begin up to end, each
 *     independent of the others: see KernelThreads.
 *  2. `npm run generate` compiles it into gen/kernels.ts, with its type. Commit that file too.
 *  3. Write its plain twin, <topic>-plain.ts, and a test that wants both to agree.
 *  4. Call it through a function or class that checks arguments and whose arrays lie in a KernelMemory.
 *
 * Products and sums are fused where the machine can (relaxed_madd): results are the same from run to run on one
 * machine, and between machines to the last bits only.
 */

export type { Kernels };

const compiled = new Map<boolean, WebAssembly.Module>();

/**
 * The module that holds all kernels, over a memory that threads share or not; compiled once in a process, by the
 * first who asks.
 */
export function kernelModule(shared: boolean): WebAssembly.Module {
  const known = compiled.get(shared);
  if (known !== undefined) return known;
  const bytes = Buffer.from(shared ? sharedModuleBase64 : unsharedModuleBase64, "base64");
  const module = new WebAssembly.Module(bytes);
  compiled.set(shared, module);
  return module;
}

export function instantiateKernels(memory: WebAssembly.Memory, shared: boolean): Kernels {
  return new WebAssembly.Instance(kernelModule(shared), { env: { memory } }).exports as unknown as Kernels;
}
