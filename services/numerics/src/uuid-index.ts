import { withLength } from "./typed-array.js";

/** Share of the slots that may be taken before the table of slots is doubled. */
const MOST_FULL = 0.6;
/** UUIDs of a block: one block grows at most, so that nothing large is ever copied or left to be collected. */
const BLOCK_BITS = 14;
const BLOCK = 1 << BLOCK_BITS;

/**
 * Gives each UUID a number, 0 for the first: 16 bytes each and some 7 for finding it again, where a Map of
 * strings would take 120.
 */
export class UuidIndex {
  size = 0;
  /** In blocks, [w0, w1, w2, w3, w0, …]: the 128 bits of each, most significant first. */
  private readonly blocks: Uint32Array[] = [];
  /** Open addressing with linear probing: number + 1 of the UUID, 0 where there is none. */
  private slots = new Uint32Array(64);
  private readonly parsed = new Uint32Array(4);

  get bytes(): number {
    return this.blocks.reduce((sum, { byteLength }) => sum + byteLength, this.slots.byteLength);
  }

  /** The UUID's number, a new one if it has none yet. @param uuid in its canonical form */
  add(uuid: string): number {
    if (!this.parse(uuid)) throw new RangeError(`"${uuid}" is not a UUID`);
    return this.addParsed();
  }

  /** The same, from the 16 bytes of a UUID. */
  addBytes(bytes: Uint8Array): number {
    for (let word = 0; word < 4; word++) {
      const at = 4 * word;
      this.parsed[word] =
        (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    }
    return this.addParsed();
  }

  /** The UUID's number; −1 if it has none, or is none. */
  find(uuid: string): number {
    return this.parse(uuid) ? this.slots[this.slotOfParsed()]! - 1 : -1;
  }

  /** The UUID with this number, in its canonical form. */
  uuidAt(number: number): string {
    const words = this.blocks[number >>> BLOCK_BITS]!;
    const at = placeOf(number);
    let place = 0;
    for (let digit = 0; digit < 32; digit++) {
      if (digit === 8 || digit === 12 || digit === 16 || digit === 20) place++; // the dash is there
      const shift = 28 - 4 * (digit % 8);
      text[place++] = DIGITS.charCodeAt((words[at + (digit >>> 3)]! >>> shift) & 15);
    }
    return text.toString("latin1");
  }

  /** Below zero when the first of two numbers has the smaller UUID, above when the second has. */
  compare(first: number, second: number): number {
    const [one, other] = [this.blocks[first >>> BLOCK_BITS]!, this.blocks[second >>> BLOCK_BITS]!];
    for (let word = 0; word < 4; word++) {
      const difference = one[placeOf(first) + word]! - other[placeOf(second) + word]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }

  private addParsed(): number {
    let slot = this.slotOfParsed();
    if (this.slots[slot] !== 0) return this.slots[slot]! - 1;
    const number = this.size++;
    this.blockFor(number).set(this.parsed, placeOf(number));
    if (this.size > this.slots.length * MOST_FULL) {
      this.rehash();
      slot = this.slotOfParsed();
    }
    this.slots[slot] = number + 1;
    return number;
  }

  /** The block that a new number's words go to. The first grows, for most tables never fill it. */
  private blockFor(number: number): Uint32Array {
    const i = number >>> BLOCK_BITS;
    if (i > 0) this.blocks[i] ??= new Uint32Array(4 * BLOCK);
    else this.blocks[0] = withLength(this.blocks[0] ?? new Uint32Array(0), 4 * (number + 1));
    return this.blocks[i]!;
  }

  /** The slot that holds the parsed UUID, or the free one where it belongs. */
  private slotOfParsed(): number {
    const { blocks, slots, parsed } = this;
    const mask = slots.length - 1;
    for (let slot = hash(parsed, 0) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]! - 1;
      if (number < 0) return slot;
      const words = blocks[number >>> BLOCK_BITS]!;
      const at = placeOf(number);
      if (
        words[at] === parsed[0] &&
        words[at + 1] === parsed[1] &&
        words[at + 2] === parsed[2] &&
        words[at + 3] === parsed[3]
      ) {
        return slot;
      }
    }
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.size - 1; number++) {
      let slot = hash(this.blocks[number >>> BLOCK_BITS]!, placeOf(number)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.slots = slots;
  }

  /** Puts the 128 bits of a UUID into `parsed`; false when it has not 32 digits. */
  private parse(uuid: string): boolean {
    let word = 0;
    let digits = 0;
    for (let i = 0; i < uuid.length; i++) {
      const code = uuid.charCodeAt(i);
      if (code === 0x2d) continue;
      word = (word << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
      if ((++digits & 7) === 0) this.parsed[(digits >> 3) - 1] = word;
    }
    return digits === 32;
  }
}

/** Where the words of a number begin in its block. */
function placeOf(number: number): number {
  return 4 * (number & (BLOCK - 1));
}

const DIGITS = "0123456789abcdef";
/** A UUID is written here first: one put together from strings is a tree of them in V8, and slower to read ever after. */
const text = Buffer.from("00000000-0000-0000-0000-000000000000");

/** Of version 7 the first word is a clock and of version 4 all are random: the last two are always mixed. */
function hash(words: Uint32Array, at: number): number {
  let h = Math.imul(words[at]!, 0x9e3779b1) ^ words[at + 1]!;
  h = Math.imul(h ^ words[at + 2]!, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ words[at + 3]!, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
