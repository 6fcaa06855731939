import type { Catalogue } from "../catalogue/catalogue.js";
import { type Reason, reasonKinds } from "./explanation.js";

/** What a list holds beside its head: see RankedList. */
export interface ListContents {
  readonly events: number[];
  /** In single precision, as are contributions of reasons. */
  readonly scores: number[];
  readonly explored: Set<number>;
  readonly reasons: (readonly Reason[])[];
}

/**
 * Packs the contents of a list into bytes, of which 20 items with reasons and 40 without take some 1,500, where their
 * objects take twelve times that.
 *
 * Whole numbers are in base 128, seven bits a byte, the lowest first and all but the last with the highest bit set;
 * fractions are IEEE 754 singles. events, and for each of them whether it is explored and its score; then for each of
 * the first places its reasons.
 */
export function packContents(
  { events, scores, explored, reasons }: ListContents,
  { features }: Catalogue,
): Uint8Array {
  const writer = new Writer();
  writer.count(events.length);
  for (let i = 0; i < events.length; i++) {
    writer.count(2 * events[i]! + (explored.has(events[i]!) ? 1 : 0));
    writer.fraction(scores[i]!);
  }
  writer.count(reasons.length);
  for (const each of reasons) {
    writer.count(each.length);
    for (const { kind, contribution, about, evidence, liked, saved, people, peopleSaved } of each) {
      writer.count(reasonKinds.indexOf(kind));
      writer.fraction(contribution);
      writer.count(about.length);
      for (const feature of about) writer.count(features.find(feature));
      writer.count(evidence.length);
      for (const event of evidence) writer.count(event);
      for (const number of [liked, saved, people, peopleSaved]) writer.count(number);
    }
  }
  return writer.bytes();
}

export function unpackContents(bytes: Uint8Array, { features }: Catalogue): ListContents {
  const reader = new Reader(bytes);
  const explored = new Set<number>();
  const scores: number[] = [];
  const events = reader.list(() => {
    const number = reader.count();
    const event = number >>> 1;
    if ((number & 1) === 1) explored.add(event);
    scores.push(reader.fraction());
    return event;
  });
  const reasons = reader.list(() =>
    reader.list(
      (): Reason => ({
        kind: reasonKinds[reader.count()]!,
        contribution: reader.fraction(),
        about: reader.list(() => features.featureAt(reader.count())),
        evidence: reader.list(() => reader.count()),
        liked: reader.count(),
        saved: reader.count(),
        people: reader.count(),
        peopleSaved: reader.count(),
      }),
    ),
  );
  return { events, scores, explored, reasons };
}

class Writer {
  private static room = new DataView(new ArrayBuffer(4_096));
  private end = 0;

  /** @param number whole, 0 to 2³² − 1 */
  count(number: number): void {
    this.makeRoom();
    let rest = number;
    while (rest > 0x7f) {
      Writer.room.setUint8(this.end++, (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    Writer.room.setUint8(this.end++, rest);
  }

  fraction(number: number): void {
    this.makeRoom();
    Writer.room.setFloat32(this.end, number);
    this.end += 4;
  }

  bytes(): Uint8Array {
    return new Uint8Array(Writer.room.buffer, 0, this.end).slice();
  }

  /** For five bytes, which no number takes more than. */
  private makeRoom(): void {
    const { room } = Writer;
    if (this.end + 5 <= room.byteLength) return;
    const larger = new Uint8Array(2 * room.byteLength);
    larger.set(new Uint8Array(room.buffer));
    Writer.room = new DataView(larger.buffer);
  }
}

class Reader {
  private at = 0;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  count(): number {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.view.getUint8(this.at++);
      number |= (byte & 0x7f) << shift;
      if (byte < 0x80) return number >>> 0;
    }
  }

  fraction(): number {
    const number = this.view.getFloat32(this.at);
    this.at += 4;
    return number;
  }

  /** So many as are told, one after the other. */
  list<Each>(next: () => Each): Each[] {
    const length = this.count();
    const all: Each[] = [];
    while (all.length < length) all.push(next());
    return all;
  }
}
