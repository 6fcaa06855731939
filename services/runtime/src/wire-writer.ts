/** Bytes that the writer begins with, and that it keeps: most messages fit, and larger ones pay for room. */
const ROOM_BYTES = 65_536;
/** Longer texts are worth a call to Node's own encoder. */
const SHORT = 100;
const ASCII = 0x80;

/**
 * Writes Protobuf's wire format from the end to the beginning: the length of what is inside stands before it, and is
 * known by then. What is read first is written last.
 */
export class WireWriter {
  private room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  private view = new DataView(this.room.buffer);
  /** Where what has been written begins. */
  private at = ROOM_BYTES;

  /** Bytes written. */
  get length(): number {
    return this.room.length - this.at;
  }

  begin(): this {
    this.at = this.room.length;
    return this;
  }

  /** A copy of what has been written. */
  finish(): Buffer {
    const bytes = Buffer.allocUnsafe(this.length);
    this.room.copy(bytes, 0, this.at);
    if (this.room.length > ROOM_BYTES) this.resize(ROOM_BYTES);
    return bytes;
  }

  raw(bytes: Uint8Array): void {
    this.makeRoom(bytes.length);
    this.at -= bytes.length;
    this.room.set(bytes, this.at);
  }

  bytes(value: Uint8Array): void {
    this.raw(value);
    this.uint32(value.length);
  }

  string(value: string): void {
    const { length } = value;
    this.makeRoom(length);
    const { room } = this;
    let at = this.at;
    let i = length <= SHORT ? length : 0;
    while (i > 0) {
      const code = value.charCodeAt(i - 1);
      if (code >= ASCII) break;
      room[--at] = code;
      i--;
    }
    if (i > 0 || length > SHORT) this.encoded(value);
    else {
      this.at = at;
      this.uint32(length);
    }
  }

  bool(value: boolean): void {
    this.makeRoom(1);
    this.room[--this.at] = value ? 1 : 0;
  }

  /** RangeError unless it is a whole number from 0 to 2³² − 1. */
  uint32(value: number): void {
    if (value >>> 0 !== value) throw new RangeError(`${value} is no uint32`);
    this.makeRoom(5);
    const { room } = this;
    if (value < 0x80) {
      room[--this.at] = value;
      return;
    }
    let at = this.at - varintBytes(value);
    this.at = at;
    for (; value > 0x7f; value >>>= 7) room[at++] = (value & 0x7f) | 0x80;
    room[at] = value;
  }

  /** RangeError unless it is a whole number from −2³¹ to 2³¹ − 1. */
  int32(value: number): void {
    if ((value | 0) !== value) throw new RangeError(`${value} is no int32`);
    if (value >= 0) this.uint32(value);
    else this.int64(BigInt(value));
  }

  /** RangeError unless it has 64 bits, signed or not. */
  int64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    if (rest !== value && BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is no int64`);
    const septets: number[] = [];
    for (; rest > 0x7fn; rest >>= 7n) septets.push(Number(rest & 0x7fn) | 0x80);
    septets.push(Number(rest));
    this.makeRoom(septets.length);
    this.at -= septets.length;
    for (let i = 0; i < septets.length; i++) this.room[this.at + i] = septets[i]!;
  }

  double(value: number): void {
    this.makeRoom(8);
    this.at -= 8;
    this.view.setFloat64(this.at, value, true);
  }

  private encoded(value: string): void {
    const length = Buffer.byteLength(value);
    this.makeRoom(length);
    this.at -= length;
    this.room.write(value, this.at, length);
    this.uint32(length);
  }

  private makeRoom(bytes: number): void {
    if (this.at >= bytes) return;
    const written = this.room.subarray(this.at);
    this.resize(2 * (written.length + bytes));
    this.at = this.room.length - written.length;
    this.room.set(written, this.at);
  }

  private resize(bytes: number): void {
    this.room = Buffer.allocUnsafeSlow(bytes);
    this.view = new DataView(this.room.buffer);
  }
}

function varintBytes(value: number): number {
  return value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}
