/** An array with a name and a shape. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array | Float32Array | Uint8Array;
}

export type Tensors = ReadonlyMap<string, Tensor>;

/** Element types by the format's names for them. */
const types = { F64: Float64Array, F32: Float32Array, U8: Uint8Array } as const;
type TypeName = keyof typeof types;

/** The arrays begin at a multiple of this many bytes, so that they can be read in place. */
const ALIGNMENT = 8;
const LENGTH_BYTES = 8;

/**
 * Writes arrays in the safetensors format: the header's length (64 bits, little-endian), the header (JSON: of
 * each tensor its dtype, shape and data_offsets behind the header), and the arrays, end to end. Wider types
 * come first, so that none needs padding. Source: github.com/huggingface/safetensors, README, "Format".
 */
export function encodeSafetensors(tensors: Tensors): Uint8Array {
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: Record<string, object> = {};
  let end = 0;
  for (const [name, { shape, data }] of ordered) {
    if (elementsOf(shape) !== data.length)
      throw new RangeError(`${name} has ${data.length} numbers, not ${shape}`);
    header[name] = { dtype: typeNameOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes); // the format pads its header with blanks
  file.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file with the types above. What is answered may be in the file's own bytes, which must not change
 * then. Throws an error that says what is wrong with it.
 */
export function decodeSafetensors(file: Uint8Array): Tensors {
  if (file.length < LENGTH_BYTES) throw new Error("the file is shorter than its header's length");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + headerBytes;
  if (dataStart > file.length) throw new Error(`the file has no room for a header of ${headerBytes} bytes`);
  const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(LENGTH_BYTES, dataStart)));
  if (typeof header !== "object" || header === null) throw new Error("the header is not an object");
  const data = file.subarray(dataStart);
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const places = entries.map(([name, entry]) => readPlace(name, entry));
  checkTiling(places, data.length);
  return new Map(places.map((place) => [place.name, readTensor(place, data)]));
}

/** Where in the data an array is. */
interface Place {
  readonly name: string;
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The arrays must fill the data without holes or overlaps, so that no byte of a file is out of sight. */
function checkTiling(places: readonly Place[], bytes: number): void {
  let end = 0;
  for (const { name, begin, end: next } of places.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== end)
      throw new Error(`${name} begins at ${begin}, not where the array before it ends, ${end}`);
    end = next;
  }
  if (end !== bytes) throw new Error(`the arrays end at ${end}, the file's data at ${bytes}`);
}

function readPlace(name: string, entry: unknown): Place {
  const { dtype: type, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (!isTypeName(type) || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new Error(`the header's entry for ${name} is wrong`);
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== elementsOf(shape) * types[type].BYTES_PER_ELEMENT) {
    throw new Error(`${name} has ${end - begin} bytes, which is not its shape`);
  }
  return { name, type, shape, begin, end };
}

function readTensor({ type, shape, begin, end }: Place, data: Uint8Array): Tensor {
  const Type = types[type];
  const at = data.byteOffset + begin;
  // In place where the file allows it: a copy is as much again that a model in use keeps, or has to be collected.
  if (at % Type.BYTES_PER_ELEMENT === 0) {
    return { shape, data: new Type(data.buffer as ArrayBuffer, at, (end - begin) / Type.BYTES_PER_ELEMENT) };
  }
  // Not slice(), which on a Buffer makes no copy.
  return { shape, data: new Type(new Uint8Array(data.subarray(begin, end)).buffer) };
}

function typeNameOf(data: Tensor["data"]): TypeName {
  if (data instanceof Float64Array) return "F64";
  return data instanceof Float32Array ? "F32" : "U8";
}

function isTypeName(value: unknown): value is TypeName {
  return typeof value === "string" && Object.hasOwn(types, value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
