import { decodeSafetensors, encodeSafetensors, type Tensors } from "./safetensors.js";

const tensors: Tensors = new Map([
  ["weights", { shape: [3], data: Float64Array.of(0.1, -2, Number.EPSILON) }],
  ["rarities", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ["names", { shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) }],
]);

describe("safetensors", () => {
  it("gives back what was written", () => {
    expect(decodeSafetensors(encodeSafetensors(tensors))).toEqual(tensors);
  });

  // Node reads a file into a Buffer, which may lie anywhere in a larger one.
  it.each([0, 1, 7])("reads a Buffer that begins %i bytes into its memory", (offset) => {
    const file = encodeSafetensors(tensors);
    const memory = Buffer.alloc(offset + file.length);
    memory.set(file, offset);
    expect(decodeSafetensors(memory.subarray(offset))).toEqual(tensors);
  });

  it("keeps its header a multiple of 8 bytes long, as readers that map the file expect", () => {
    const file = encodeSafetensors(tensors);
    expect(Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)) % 8).toBe(0);
  });

  it.each([0, 4, 8, 40])("rejects a file that was cut off after %i bytes", (length) => {
    expect(() => decodeSafetensors(encodeSafetensors(tensors).subarray(0, length))).toThrow();
  });
});
