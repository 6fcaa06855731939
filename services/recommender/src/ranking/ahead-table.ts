import type { Catalogue } from "../catalogue/catalogue.js";
import { nearness } from "./horizon.js";

/** Nearness to an instant is used for so long: it changes by a part in a hundred thousand within a minute. */
const NEARNESS_MS = 1_000;

/**
 * The events of one city that take place and had not ended when it was made, in flat arrays in the order of the
 * list: what scoring all of them reads lies together, and is read from its beginning to its end. Some 90 bytes an
 * event.
 */
export class AheadTable {
  readonly count: number;
  /** Number, beginning and end of each event. */
  readonly events: Uint32Array;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** Features of the i-th event and their shares: from offsets[i] to before offsets[i + 1]. */
  readonly offsets: Uint32Array;
  readonly features: Uint32Array;
  readonly shares: Float32Array;
  private readonly nearnesses: Float64Array;
  private nearnessMs = Number.NaN;

  /** @param list by start; events that do not take place are left out */
  constructor(catalogue: Catalogue, list: Uint32Array) {
    const events = list.filter((event) => catalogue.isOn(event));
    const { offsets, lengths, columns } = catalogue.featuresOf;
    this.count = events.length;
    this.events = events;
    this.startMs = Float64Array.from(events, (event) => catalogue.startMs[event]!);
    this.endMs = Float64Array.from(events, (event) => catalogue.endMs[event]!);
    this.nearnesses = new Float64Array(events.length);
    this.offsets = new Uint32Array(events.length + 1);
    for (let i = 0; i < events.length; i++) this.offsets[i + 1] = this.offsets[i]! + lengths[events[i]!]!;
    this.features = new Uint32Array(this.offsets[events.length]!);
    this.shares = new Float32Array(this.features.length);
    for (let i = 0; i < events.length; i++) {
      const [from, to] = [offsets[events[i]!]!, offsets[events[i]!]! + lengths[events[i]!]!];
      this.features.set(columns.feature.subarray(from, to), this.offsets[i]);
      this.shares.set(columns.share.subarray(from, to), this.offsets[i]);
    }
  }

  /** nearness(startMs[i]) of each event, to an instant within a second of `nowMs`. */
  nearnessAt(nowMs: number): Float64Array {
    if (!(Math.abs(nowMs - this.nearnessMs) < NEARNESS_MS)) {
      for (let i = 0; i < this.count; i++) this.nearnesses[i] = nearness(this.startMs[i]!, nowMs);
      this.nearnessMs = nowMs;
    }
    return this.nearnesses;
  }
}

/** The tables of all cities that are asked for, each made anew when something in its city has changed. */
export class AheadTables {
  private readonly tables = new Map<string, { readonly list: Uint32Array; readonly table: AheadTable }>();

  constructor(private readonly catalogue: Catalogue) {}

  of(cityId: string, nowMs: number): AheadTable {
    // The catalogue makes another list whenever an event of the city comes, changes or goes.
    const list = this.catalogue.aheadIn(cityId, nowMs);
    const held = this.tables.get(cityId);
    if (held?.list === list) return held.table;
    const table = new AheadTable(this.catalogue, list);
    if (list.length === 0) this.tables.delete(cityId);
    else this.tables.set(cityId, { list, table });
    return table;
  }
}
