import { isUtf8 } from "node:buffer";

/** Names as the bytes of one array: UTF-8, one a line. */
export function encodeNames(names: readonly string[]): Uint8Array {
  return new TextEncoder().encode(names.join("\n"));
}

/** Whether a name can be in a list: it may hold anything that a source wrote, but a line break would part it in two. */
export function canBeListed(name: string): boolean {
  return !name.includes("\n");
}

/** Something of each name. */
export interface ByName<Value> extends Iterable<readonly [name: string, value: Value]> {
  readonly size: number;
  get(name: string): Value | undefined;
}

const LINE_BREAK = 0x0a;
/** Share of the slots that are taken at most. */
const MOST_FULL = 0.6;

/**
 * What belongs to each name of a list, found by name in the list's own bytes: two numbers a name beside them, where a
 * Map of strings and values would be two objects a name, for V8 to find alive at every major collection.
 */
export class NamedRows<Value> implements ByName<Value> {
  readonly size: number;
  /** Where each name begins, and where the next one would. */
  private readonly begins: Uint32Array;
  /** Open addressing with linear probing: number + 1 of the name, 0 where there is none. */
  private readonly slots: Uint32Array;

  /**
   * Throws where the bytes are no text.
   *
   * @param bytes as encodeNames() makes them; of a name that is there twice the last counts
   * @param valueAt what belongs to the name with a number, 0 for the first
   */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly valueAt: (row: number) => Value,
  ) {
    if (!isUtf8(bytes)) throw new Error("the names are no text");
    this.size = bytes.length === 0 ? 0 : 1;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === LINE_BREAK) this.size++;
    this.begins = new Uint32Array(this.size + 1);
    let row = 0;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === LINE_BREAK) this.begins[++row] = i + 1;
    this.begins[this.size] = bytes.length + 1;
    this.slots = new Uint32Array(2 ** Math.ceil(Math.log2((this.size + 1) / MOST_FULL)));
    for (row = 0; row < this.size; row++) {
      const begin = this.begins[row]!;
      this.slots[this.slotOf(bytes, begin, this.begins[row + 1]! - 1 - begin)] = row + 1;
    }
  }

  get(name: string): Value | undefined {
    const { read, written } = encoder.encodeInto(name, scratch);
    const whole = read === name.length ? scratch : encoder.encode(name);
    const number = this.slots[this.slotOf(whole, 0, whole === scratch ? written : whole.length)]!;
    return number === 0 ? undefined : this.valueAt(number - 1);
  }

  *[Symbol.iterator](): Generator<[name: string, value: Value]> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (let row = 0; row < this.size; row++) {
      const name = this.bytes.subarray(this.begins[row], this.begins[row + 1]! - 1);
      yield [decoder.decode(name), this.valueAt(row)];
    }
  }

  /** The slot that has the name with these bytes, or would have it. */
  private slotOf(bytes: Uint8Array, begin: number, length: number): number {
    const { slots, begins } = this;
    const mask = slots.length - 1;
    let slot = hashOf(bytes, begin, length) & mask;
    for (;;) {
      const number = slots[slot]!;
      if (number === 0) return slot;
      const at = begins[number - 1]!;
      if (begins[number]! - 1 - at === length && this.isAt(at, bytes, begin, length)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private isAt(at: number, bytes: Uint8Array, begin: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.bytes[at + i] !== bytes[begin + i]) return false;
    return true;
  }
}

const encoder = new TextEncoder();
/** For the bytes of a name that is looked for; longer ones get an array of their own. */
const scratch = new Uint8Array(1_024);

/** FNV-1a. Source: Fowler, Noll and Vo, RFC 9923. */
function hashOf(bytes: Uint8Array, begin: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = begin; i < begin + length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 16);
}
