import { decodeSafetensors, encodeSafetensors, type Tensors } from "./safetensors.js";

const tensors: Tensors = new Map([
  ["names", { shape: [5], data: new TextEncoder().encode("a\nbéc").subarray(0, 5) }],
  ["weights", { shape: [2, 3], data: Float64Array.of(1, -0, 2.5e-300, Number.MAX_VALUE, 5, 6) }],
  ["empty", { shape: [0], data: new Float32Array(0) }],
  ["rarities", { shape: [3], data: Float32Array.of(0.1, 0.2, 0.3) }],
]);

const headerOf = (file: Uint8Array) => {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return { length, json: JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) };
};

/** A file with this header and as many bytes of data. */
function fileWith(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

describe("safetensors", () => {
  it("gives back what was written", () => {
    const read = decodeSafetensors(encodeSafetensors(tensors));
    expect(new Map([...read].sort())).toEqual(new Map([...tensors].sort()));
  });

  it("is read in place, and from bytes that lie askew as well", () => {
    const file = encodeSafetensors(tensors);
    for (const { data } of decodeSafetensors(file).values()) expect(data.buffer).toBe(file.buffer);
    const askew = new Uint8Array(file.length + 3).subarray(3);
    askew.set(file);
    expect(new Map([...decodeSafetensors(askew)].sort())).toEqual(new Map([...tensors].sort()));
  });

  it("is laid out as the format says: length, JSON header, arrays end to end, little-endian", () => {
    const file = encodeSafetensors(tensors);
    const { length, json } = headerOf(file);
    expect(length % 8).toBe(0);
    expect(json).toEqual({
      weights: { dtype: "F64", shape: [2, 3], data_offsets: [0, 48] },
      empty: { dtype: "F32", shape: [0], data_offsets: [48, 48] },
      rarities: { dtype: "F32", shape: [3], data_offsets: [48, 60] },
      names: { dtype: "U8", shape: [5], data_offsets: [60, 65] },
    });
    expect(file).toHaveLength(8 + length + 65);
    expect(new DataView(file.buffer).getFloat64(8 + length, true)).toBe(1);
    expect(file[8]).toBe("{".charCodeAt(0));
  });

  it("reads from the middle of a larger buffer", () => {
    const file = encodeSafetensors(tensors);
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    expect(decodeSafetensors(larger.subarray(3)).get("weights")).toEqual(tensors.get("weights"));
  });

  it("passes over the format's own metadata", () => {
    expect(decodeSafetensors(fileWith({ __metadata__: { made: "by hand" } }, 0)).size).toBe(0);
  });

  it("does not write an array that is not of its shape", () => {
    const wrong: Tensors = new Map([["w", { shape: [2, 2], data: new Float32Array(3) }]]);
    expect(() => encodeSafetensors(wrong)).toThrow("w has 3 numbers");
  });

  it("finds out that a file was cut short, wherever", () => {
    const file = encodeSafetensors(tensors);
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeSafetensors(file.subarray(0, length))).toThrow();
    }
  });

  it.each<[string, Record<string, object>]>([
    ["a hole before the first array", { w: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }],
    ["an array that ends behind the file", { w: { dtype: "F32", shape: [4], data_offsets: [0, 16] } }],
    ["bytes that belong to no array", { w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }],
    [
      "arrays that overlap",
      {
        w: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
        x: { dtype: "F32", shape: [1], data_offsets: [4, 8] },
      },
    ],
  ])("refuses a file with %s", (_, header) => {
    expect(() => decodeSafetensors(fileWith(header, 8))).toThrow(/begins at|end at/);
  });

  it.each<[string, object]>([
    ["another type", { dtype: "F16", shape: [2], data_offsets: [0, 4] }],
    ["a shape that is none", { dtype: "F32", shape: [-1], data_offsets: [0, 4] }],
    ["a shape that is not its size", { dtype: "F32", shape: [2], data_offsets: [0, 4] }],
    ["no offsets", { dtype: "F32", shape: [1] }],
    ["a type of Object's own", { dtype: "constructor", shape: [1], data_offsets: [0, 4] }],
  ])("refuses a tensor with %s", (_, entry) => {
    expect(() => decodeSafetensors(fileWith({ w: entry }, 8))).toThrow("w");
  });
});
