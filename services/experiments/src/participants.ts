import type { TypedArray } from "@craic/numerics/typed-array.js";
import { UuidIndex } from "@craic/numerics/uuid-index.js";
import { type ConversionKind, conversionKinds, type Participation } from "./person.js";

/** Kinds of conversions: columns that have a number for each are in rows of so many. */
export const KINDS = conversionKinds.length;
/** Those of them that can decide, whose time is kept: all but the last. */
export const TIMED_KINDS = KINDS - 1;
const MOST_COUNTED = 0xffff;
const MOST_IN_A_BYTE = 0xff;
const MINUTE_MS = 60_000;
/** Bits of a row's flags. */
export const IS_NEW = 1;
export const IS_OUT = 2;
/** People in a block: what grows is one block at most, so that nothing large is ever copied. */
const BLOCK_BITS = 14;
export const BLOCK = 1 << BLOCK_BITS;

/** Some of an experiment's people, a number each in every column. */
export interface Columns {
  readonly revision: Uint32Array;
  /** The numbers that `Participants` has for names of variants and of cities. */
  readonly variant: Uint8Array;
  readonly city: Uint16Array;
  /** IS_NEW, IS_OUT: left out of results. */
  readonly flags: Uint8Array;
  readonly firstMs: Float64Array;
  /** Mean of the latencies that are known, NaN where none is. */
  readonly latencyMs: Float32Array;
  readonly failures: Uint8Array;
  /** By kind, in rows of KINDS. */
  readonly conversions: Uint16Array;
  readonly before: Uint8Array;
  /**
   * Minutes from the first exposure to the first conversion, in rows of TIMED_KINDS; of no meaning where there is none, and 45
   * days where it is more.
   */
  readonly firstConversionMin: Uint16Array;
}

/** Some of the people: those with the numbers from `firstRow` on, `rows` of them. */
export interface Block {
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: Columns;
}

/**
 * The people of one experiment in flat arrays, some 60 bytes each: a million of them are gone through in a fraction of a
 * second, and what somebody was shown is known without asking the store. A person's row is their number in `people`.
 */
export class Participants {
  /** Names of variants and cities, by the numbers that rows have for them. */
  readonly variants: string[] = [];
  readonly cities: string[] = [];
  private readonly people = new UuidIndex();
  private readonly columns: Columns[] = [];

  get size(): number {
    return this.people.size;
  }

  get bytes(): number {
    const arrays = this.columns.flatMap((columns): TypedArray[] => Object.values(columns));
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, this.people.bytes);
  }

  /** Takes in somebody's part, unless a later state of it is known. */
  put(userId: string, participation: Participation): void {
    const row = this.people.add(userId);
    const columns = this.columnsFor(row);
    const at = row & (BLOCK - 1);
    if (participation.revision < columns.revision[at]!) return;
    const { firstMs, isNew, exclusion, latencySumMs, latencies } = participation;
    columns.revision[at] = participation.revision;
    columns.variant[at] = numbered(this.variants, participation.variant);
    columns.flags[at] = (isNew ? IS_NEW : 0) | (exclusion === "" ? 0 : IS_OUT);
    columns.city[at] = numbered(this.cities, participation.cityId);
    columns.firstMs[at] = firstMs;
    columns.latencyMs[at] = latencies === 0 ? Number.NaN : latencySumMs / latencies;
    columns.failures[at] = Math.min(participation.failures, MOST_IN_A_BYTE);
    for (let kind = 0; kind < KINDS; kind++) {
      const name = conversionKinds[kind]!;
      const place = KINDS * at + kind;
      columns.conversions[place] = Math.min(participation.conversions[name], MOST_COUNTED);
      columns.before[place] = Math.min(participation.before[name], MOST_IN_A_BYTE);
      if (kind === TIMED_KINDS) continue;
      const minutes = (participation.firstConversionMs[name] - firstMs) / MINUTE_MS;
      columns.firstConversionMin[TIMED_KINDS * at + kind] = Math.min(MOST_COUNTED, Math.max(0, minutes));
    }
  }

  /** The row of a person; −1 for who takes no part. */
  rowOf(userId: string): number {
    return this.people.find(userId);
  }

  /** What somebody was shown first; undefined for who was shown nothing. */
  variantOf(userId: string): string | undefined {
    const row = this.people.find(userId);
    return row < 0 ? undefined : this.variants[this.columns[row >> BLOCK_BITS]!.variant[row & (BLOCK - 1)]!];
  }

  /** Everybody. */
  blocks(): Block[] {
    return this.columns.map((columns, i) => {
      const firstRow = i << BLOCK_BITS;
      return { firstRow, rows: Math.min(BLOCK, this.size - firstRow), columns };
    });
  }

  private columnsFor(row: number): Columns {
    const block = row >> BLOCK_BITS;
    const columns = this.columns[block];
    const place = row & (BLOCK - 1);
    if (columns !== undefined && place < columns.variant.length) return columns;
    // The first block grows, for most experiments never fill it; those after it are made whole.
    const rows = block > 0 ? BLOCK : Math.min(BLOCK, Math.max(16, 2 * place));
    this.columns[block] = columnsOf(rows, columns);
    return this.columns[block]!;
  }
}

/** The number of a kind in the arrays. */
export function kindNumber(kind: ConversionKind): number {
  return conversionKinds.indexOf(kind);
}

/** Room for so many people, with what is known of some. */
function columnsOf(rows: number, before: Columns | undefined): Columns {
  const columns: Columns = {
    revision: new Uint32Array(rows),
    variant: new Uint8Array(rows),
    city: new Uint16Array(rows),
    flags: new Uint8Array(rows),
    firstMs: new Float64Array(rows),
    latencyMs: new Float32Array(rows),
    failures: new Uint8Array(rows),
    conversions: new Uint16Array(rows * KINDS),
    before: new Uint8Array(rows * KINDS),
    firstConversionMin: new Uint16Array(rows * TIMED_KINDS),
  };
  if (before !== undefined) {
    for (const [name, column] of Object.entries(before))
      (columns[name as keyof Columns] as TypedArray).set(column);
  }
  return columns;
}

function numbered(names: string[], name: string): number {
  const found = names.indexOf(name);
  return found >= 0 ? found : names.push(name) - 1;
}
