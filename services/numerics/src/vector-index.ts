import { KernelMemory } from "./kernel-memory.js";

/** Numbers of a vector that kernels take at a time. */
const LANES = 16;
/** Vectors that they take at a time. */
const GROUP = 4;
const MAX_WIDTH = 1_024;
/** Far from where products and their sums leave single precision. */
const MAX_VALUE = 1e15;
/** The largest codes: of a vector in the table, and of one that is searched with, which is never negative. */
const CODE = 127;
const QUERY_CODE = 63;
const QUERY_ZERO = 64;
/** More than single precision loses in a dot product of MAX_WIDTH numbers, relative to the vectors' norms. */
const ROUNDING = MAX_WIDTH * 2 ** -23;

/** What was found, the best first and of equal scores the smaller id first. */
export interface Found {
  readonly ids: Uint32Array;
  /** Dot products, in single precision. */
  readonly scores: Float32Array;
}

/** Room for what a kernel finds. */
interface ListRoom extends Found {
  /** Where its keys go. */
  readonly list: number;
}

/**
 * A table of vectors in which those with the largest dot product with a given one are found, exactly.
 *
 * Each vector is kept besides as whole numbers of a byte, which tell how large its product can be at most; only those
 * that can be among the best are looked at themselves (../assembly/vector-search.ts). Memory: 5 bytes a number and 17 a
 * vector.
 */
export class VectorIndex {
  readonly count: number;
  private readonly memory: KernelMemory;
  private readonly room: number;
  private readonly vectors: Float32Array;
  private readonly codes: Int8Array;
  private readonly terms: Float32Array;
  private readonly sums: Int32Array;
  private readonly marks: Uint8Array;
  private readonly table: number;
  private readonly query: Float32Array;
  private readonly queryCodes: Uint8Array;
  private readonly candidates: Uint32Array;
  private readonly found: ListRoom;

  /**
   * @param vectors row-major; copied
   * @param width numbers in a vector, 1 to 1,024
   * @throws RangeError naming what is wrong with which argument
   */
  constructor(
    vectors: Float32Array,
    readonly width: number,
  ) {
    if (!(Number.isInteger(width) && width >= 1 && width <= MAX_WIDTH)) {
      throw new RangeError(`width is ${width}, not a whole number from 1 to ${MAX_WIDTH}`);
    }
    this.count = vectors.length / width;
    if (!Number.isInteger(this.count)) {
      throw new RangeError(`vectors has ${vectors.length} numbers, not a multiple of ${width}`);
    }
    const { count } = this;
    const places = Math.ceil(count / GROUP) * GROUP;
    this.room = Math.ceil(width / LANES) * LANES;
    // What follows, in its order. Pages that are never written to, as those for long lists, cost nothing.
    const bytes = [
      4 * count * this.room,
      places * this.room,
      16 * places,
      count,
      16,
      4 * this.room,
      this.room,
    ];
    const bytesForIds = [4 * count, 8 * count + 16, 4 * count, 4 * count];
    this.memory = new KernelMemory(KernelMemory.bytesFor(...bytes, ...bytesForIds));
    const { memory } = this;
    this.vectors = memory.float32(count * this.room);
    const codes = memory.uint8(places * this.room);
    this.codes = new Int8Array(codes.buffer, codes.byteOffset, codes.length);
    this.terms = memory.float32(4 * places);
    this.sums = new Int32Array(this.terms.buffer, this.terms.byteOffset, this.terms.length);
    this.marks = memory.uint8(count);
    const table = memory.uint32(4);
    table.set([this.vectors, this.codes, this.terms, this.marks].map(({ byteOffset }) => byteOffset));
    this.table = table.byteOffset;
    this.query = memory.float32(this.room);
    this.queryCodes = memory.uint8(this.room);
    this.candidates = memory.uint32(count);
    const list = memory.uint8(8 * count + 16).byteOffset;
    this.found = { list, ids: memory.uint32(count), scores: memory.float32(count) };
    for (let id = 0; id < count; id++) this.replace(id, vectors.subarray(id * width, (id + 1) * width));
  }

  /** Puts another vector in the place of one. */
  replace(id: number, vector: ArrayLike<number>): void {
    if (!(id >= 0 && id < this.count)) throw new RangeError(`id is ${id}, not from 0 to ${this.count - 1}`);
    checkVector("vector", vector, this.width);
    const begin = id * this.room;
    const y = this.vectors.subarray(begin, begin + this.width);
    y.set(vector);
    const scale = Math.fround(largest(y) / CODE);
    let sum = 0;
    let squares = 0;
    let codeSquares = 0;
    let errorSquares = 0;
    for (let j = 0; j < y.length; j++) {
      const code = encode(y[j]!, scale, CODE);
      this.codes[begin + j] = code;
      sum += code;
      squares += y[j]! ** 2;
      codeSquares += (code * scale) ** 2;
      errorSquares += (y[j]! - code * scale) ** 2;
    }
    const term = Math.floor(id / GROUP) * 4 * GROUP + (id % GROUP);
    this.terms[term] = scale;
    this.sums[term + GROUP] = QUERY_ZERO * sum;
    this.terms[term + 2 * GROUP] = Math.sqrt(errorSquares) + ROUNDING * Math.sqrt(squares);
    this.terms[term + 3 * GROUP] = Math.sqrt(codeSquares);
  }

  /**
   * The k best of all vectors, or fewer when there are no more.
   *
   * @param x `width` numbers
   * @param except ids that are not wanted; unknown ones are passed over
   */
  best(x: ArrayLike<number>, k: number, except: ArrayLike<number> = []): Found {
    const { scale, norm, error } = this.layOut(x);
    const { most, list, ids, scores } = this.roomFor(k);
    if (most === 0) return { ids: ids.slice(), scores: scores.slice() };
    return this.without(except, () => {
      const size = this.memory.kernels.searchVectors(
        this.table,
        this.count,
        this.room,
        this.query.byteOffset,
        this.queryCodes.byteOffset,
        scale,
        norm,
        error,
        most,
        list,
        ids.byteOffset,
        scores.byteOffset,
      );
      return { ids: ids.slice(0, size), scores: scores.slice(0, size) };
    });
  }

  /**
   * The k best of some vectors. Cost: O(candidates · width).
   *
   * @param candidates ids; unknown ones are passed over, and one that comes again counts once
   */
  bestOf(candidates: ArrayLike<number>, x: ArrayLike<number>, k: number): Found {
    checkVector("x", x, this.width);
    this.query.set(x);
    const { most, list, ids, scores } = this.roomFor(k);
    if (most === 0) return { ids: ids.slice(), scores: scores.slice() };
    let count = 0;
    for (let i = 0; i < candidates.length; i++) {
      const id = candidates[i]!;
      if (!(id >= 0 && id < this.count) || this.marks[id] === 1) continue;
      this.marks[id] = 1;
      this.candidates[count++] = id;
    }
    for (let i = 0; i < count; i++) this.marks[this.candidates[i]!] = 0;
    const size = this.memory.kernels.searchSomeVectors(
      this.table,
      this.candidates.byteOffset,
      count,
      this.room,
      this.query.byteOffset,
      most,
      list,
      ids.byteOffset,
      scores.byteOffset,
    );
    return { ids: ids.slice(0, size), scores: scores.slice(0, size) };
  }

  /** Writes a vector, and whole numbers in its stead, to where kernels look for them. */
  private layOut(x: ArrayLike<number>): { scale: number; norm: number; error: number } {
    checkVector("x", x, this.width);
    this.query.set(x);
    const scale = Math.fround(largest(this.query) / QUERY_CODE);
    let squares = 0;
    let errorSquares = 0;
    for (let j = 0; j < this.room; j++) {
      const value = this.query[j]!;
      const code = encode(value, scale, QUERY_CODE);
      this.queryCodes[j] = QUERY_ZERO + code;
      squares += value ** 2;
      errorSquares += (value - code * scale) ** 2;
    }
    return { scale, norm: Math.sqrt(squares), error: Math.sqrt(errorSquares) };
  }

  /** Runs a search that does not find some ids. */
  private without(except: ArrayLike<number>, search: () => Found): Found {
    for (let i = 0; i < except.length; i++) this.marks[except[i]!] = 1;
    try {
      return search();
    } finally {
      for (let i = 0; i < except.length; i++) this.marks[except[i]!] = 0;
    }
  }

  /** Room for a list of k, or of as many as there are. */
  private roomFor(k: number): ListRoom & { most: number } {
    if (!(Number.isInteger(k) && k >= 1)) throw new RangeError(`k is ${k}, not a whole number from 1`);
    return { ...this.found, most: Math.min(k, this.count) };
  }
}

function checkVector(name: string, vector: ArrayLike<number>, width: number): void {
  if (vector.length !== width) throw new RangeError(`${name} has ${vector.length} numbers, not ${width}`);
  for (let j = 0; j < width; j++) {
    if (!(Math.abs(vector[j]!) <= MAX_VALUE)) throw new RangeError(`${name} has ${vector[j]} at ${j}`);
  }
}

/** The whole number that stands for a value, where one stands for `scale`. */
function encode(value: number, scale: number, most: number): number {
  // Far below 1 a scale has so few digits that the code of the largest value would not fit.
  return scale === 0 ? 0 : Math.max(-most, Math.min(most, Math.round(value / scale)));
}

/** The largest absolute value. */
function largest(vector: Float32Array): number {
  let most = 0;
  for (let j = 0; j < vector.length; j++) most = Math.max(most, Math.abs(vector[j]!));
  return most;
}
