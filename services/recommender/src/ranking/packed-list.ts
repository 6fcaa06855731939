import type { Catalogue } from "../catalogue/catalogue.js";
import type { Feature } from "../catalogue/event-features.js";
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
 * Packs the contents of a list into some 1,300 bytes for 20 items with reasons and 40 without, where their objects take
 * twelve times that. The bytes are the characters of a string, which takes 16 bytes more than they do; an array of
 * bytes takes 300.
 *
 * Whole numbers are in base 128, seven bits a byte, the lowest first and all but the last with the highest bit set;
 * fractions are IEEE 754 singles. Events first, and with each of them whether it is explored and its score; then the
 * reasons of each of the first places: the kind, and whether it speaks of what is liked and of people, which follow at
 * the end if so.
 */
export function packContents(
  { events, scores, explored, reasons }: ListContents,
  { features }: Catalogue,
): string {
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
      const speaksOf = (liked > 0 ? LIKED : 0) + (people > 0 ? PEOPLE : 0);
      writer.count(4 * reasonKinds.indexOf(kind) + speaksOf);
      writer.fraction(contribution);
      writer.count(about.length);
      for (const feature of about) writer.count(features.find(feature));
      writer.count(evidence.length);
      for (const event of evidence) writer.count(event);
      if (liked > 0) writer.pair(liked, saved);
      if (people > 0) writer.pair(people, peopleSaved);
    }
  }
  return writer.packed();
}

export function unpackContents(packed: string, { features }: Catalogue): ListContents {
  const reader = new Reader(packed);
  const length = reader.count();
  const events = new Array<number>(length);
  const scores = new Array<number>(length);
  const explored = new Set<number>();
  for (let i = 0; i < length; i++) {
    const number = reader.count();
    events[i] = number >>> 1;
    if ((number & 1) === 1) explored.add(number >>> 1);
    scores[i] = reader.fraction();
  }
  const reasons = new Array<Reason[]>(reader.count());
  for (let i = 0; i < reasons.length; i++) {
    const each = new Array<Reason>(reader.count());
    for (let j = 0; j < each.length; j++) each[j] = readReason(reader, features);
    reasons[i] = each;
  }
  return { events, scores, explored, reasons };
}

function readReason(reader: Reader, features: Catalogue["features"]): Reason {
  const number = reader.count();
  const contribution = reader.fraction();
  const aboutLength = reader.count();
  const about = aboutLength === 0 ? none : new Array<Feature>(aboutLength);
  for (let i = 0; i < aboutLength; i++) about[i] = features.featureAt(reader.count());
  const evidenceLength = reader.count();
  const evidence = evidenceLength === 0 ? none : new Array<number>(evidenceLength);
  for (let i = 0; i < evidenceLength; i++) evidence[i] = reader.count();
  const speaksOfLiked = (number & LIKED) !== 0;
  const speaksOfPeople = (number & PEOPLE) !== 0;
  return {
    kind: reasonKinds[number >>> 2]!,
    contribution,
    about,
    evidence,
    liked: speaksOfLiked ? reader.count() : 0,
    saved: speaksOfLiked ? reader.count() : 0,
    people: speaksOfPeople ? reader.count() : 0,
    peopleSaved: speaksOfPeople ? reader.count() : 0,
  };
}

/** Most reasons have no evidence, and many are about the event itself. */
const none: never[] = [];

const LIKED = 1;
const PEOPLE = 2;

class Writer {
  private static room = Buffer.alloc(4_096);
  private end = 0;

  /** @param number whole, 0 to 2³² − 1 */
  count(number: number): void {
    this.makeRoom();
    let rest = number;
    while (rest > 0x7f) {
      Writer.room[this.end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    Writer.room[this.end++] = rest;
  }

  fraction(number: number): void {
    this.makeRoom();
    this.end = Writer.room.writeFloatBE(number, this.end);
  }

  pair(number: number, ofThem: number): void {
    this.count(number);
    this.count(ofThem);
  }

  packed(): string {
    return Writer.room.toString("latin1", 0, this.end);
  }

  /** For five bytes, which no number takes more than. */
  private makeRoom(): void {
    const { room } = Writer;
    if (this.end + 5 > room.length) Writer.room = Buffer.concat([room], 2 * room.length);
  }
}

class Reader {
  private static readonly four = new DataView(new ArrayBuffer(4));
  private at = 0;

  constructor(private readonly packed: string) {}

  count(): number {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.packed.charCodeAt(this.at++);
      number |= (byte & 0x7f) << shift;
      if (byte < 0x80) return number >>> 0;
    }
  }

  fraction(): number {
    for (let i = 0; i < 4; i++) Reader.four.setUint8(i, this.packed.charCodeAt(this.at++));
    return Reader.four.getFloat32(0);
  }
}
