import type { TypedArray } from "@craic/numerics/typed-array.js";
import { UuidIndex } from "@craic/numerics/uuid-index.js";
import { type ConversionKind, conversionKinds, type Participation } from "./person.js";

const KINDS = conversionKinds.length;
/** Columns that have a number for each kind of conversion. */
const BY_KIND: ReadonlySet<string> = new Set(["conversions", "before", "firstConversionS"]);
const MOST_COUNTED = 0xffff;
const IS_NEW = 1;
const IS_OUT = 2;

/**
 * The people of one experiment in flat arrays, some 75 bytes each: a million of them are gone through in a fraction of a
 * second, and what somebody was shown is known without asking the store. A person's row is their number in `people`.
 */
export class Participants {
  /** Names of variants and cities, by the numbers that rows have for them. */
  readonly variants: string[] = [];
  readonly cities: string[] = [];
  private readonly people = new UuidIndex();
  private readonly columns = {
    revision: new Uint32Array(0),
    variant: new Uint8Array(0),
    flags: new Uint8Array(0),
    city: new Uint16Array(0),
    firstMs: new Float64Array(0),
    /** Mean of the latencies that are known, NaN where none is. */
    latencyMs: new Float32Array(0),
    failures: new Uint16Array(0),
    /** By kind, rows of four. */
    conversions: new Uint16Array(0),
    before: new Uint16Array(0),
    /** Seconds from the first exposure to the first conversion, by kind. */
    firstConversionS: new Uint32Array(0),
  };

  get size(): number {
    return this.people.size;
  }

  get bytes(): number {
    return Object.values(this.columns).reduce((sum, { byteLength }) => sum + byteLength, this.people.bytes);
  }

  /** Takes in somebody's part, unless a later state of it is known. */
  put(userId: string, participation: Participation): void {
    const row = this.people.add(userId);
    this.makeRoom();
    const { columns } = this;
    if (participation.revision < columns.revision[row]!) return;
    const { firstMs, isNew, exclusion, latencySumMs, latencies } = participation;
    columns.revision[row] = participation.revision;
    columns.variant[row] = numbered(this.variants, participation.variant);
    columns.flags[row] = (isNew ? IS_NEW : 0) | (exclusion === "" ? 0 : IS_OUT);
    columns.city[row] = numbered(this.cities, participation.cityId);
    columns.firstMs[row] = firstMs;
    columns.latencyMs[row] = latencies === 0 ? Number.NaN : latencySumMs / latencies;
    columns.failures[row] = Math.min(participation.failures, MOST_COUNTED);
    for (const [i, kind] of conversionKinds.entries()) {
      const at = KINDS * row + i;
      columns.conversions[at] = Math.min(participation.conversions[kind], MOST_COUNTED);
      columns.before[at] = Math.min(participation.before[kind], MOST_COUNTED);
      columns.firstConversionS[at] = Math.max(0, (participation.firstConversionMs[kind] - firstMs) / 1_000);
    }
  }

  /** The row of a person; −1 for who takes no part. */
  rowOf(userId: string): number {
    return this.people.find(userId);
  }

  /** What somebody was shown first; undefined for who was shown nothing. */
  variantOf(userId: string): string | undefined {
    const row = this.people.find(userId);
    return row < 0 ? undefined : this.variants[this.columns.variant[row]!];
  }

  /** The number that `variants` has for what was shown. */
  variantAt(row: number): number {
    return this.columns.variant[row]!;
  }

  /** The number that `cities` has for where the person was. */
  cityAt(row: number): number {
    return this.columns.city[row]!;
  }

  isNewAt(row: number): boolean {
    return (this.columns.flags[row]! & IS_NEW) !== 0;
  }

  /** Whether the person is left out of results. */
  isOutAt(row: number): boolean {
    return (this.columns.flags[row]! & IS_OUT) !== 0;
  }

  firstMsAt(row: number): number {
    return this.columns.firstMs[row]!;
  }

  /** NaN where it is not known. */
  latencyMsAt(row: number): number {
    return this.columns.latencyMs[row]!;
  }

  failuresAt(row: number): number {
    return this.columns.failures[row]!;
  }

  conversionsAt(row: number, kind: number): number {
    return this.columns.conversions[KINDS * row + kind]!;
  }

  beforeAt(row: number, kind: number): number {
    return this.columns.before[KINDS * row + kind]!;
  }

  /** When the person first did it; of no meaning where `conversionsAt` is zero. In milliseconds, to the second. */
  firstConversionMsAt(row: number, kind: number): number {
    return this.columns.firstMs[row]! + 1_000 * this.columns.firstConversionS[KINDS * row + kind]!;
  }

  private makeRoom(): void {
    if (this.columns.variant.length >= this.size) return;
    const rows = Math.max(16, Math.ceil(this.size * 1.25));
    const columns = this.columns as Record<string, TypedArray>;
    for (const [name, column] of Object.entries(columns)) {
      const Same = column.constructor as new (length: number) => TypedArray;
      const longer = new Same(rows * (BY_KIND.has(name) ? KINDS : 1));
      longer.set(column);
      columns[name] = longer;
    }
  }
}

/** The number of a kind in the arrays. */
export function kindNumber(kind: ConversionKind): number {
  return conversionKinds.indexOf(kind);
}

function numbered(names: string[], name: string): number {
  const found = names.indexOf(name);
  return found >= 0 ? found : names.push(name) - 1;
}
