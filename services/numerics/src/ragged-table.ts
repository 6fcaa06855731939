import { type TypedArrayConstructor, withLength } from "./typed-array.js";

/** The least room that a row is given once it has an entry. */
const SMALLEST_ROOM = 4;

/**
 * Rows of different lengths that grow one entry at a time, kept in flat arrays.
 *
 * An entry has one number in each of the named columns. Entry `slot` of the table is columns.a[slot],
 * columns.b[slot] …; those of row r are the slots offsets[r] … offsets[r] + lengths[r] − 1, in the order in
 * which they were appended. A row that is full moves to the end, with half as much room again; when the
 * arrays are full the rows are packed into new ones.
 *
 * `append` and `compact` may replace every array: read `columns`, `offsets` and `lengths` anew after them.
 */
export class RaggedTable<C extends Readonly<Record<string, TypedArrayConstructor>>> {
  offsets = new Uint32Array(0);
  lengths = new Uint32Array(0);
  columns: { [K in keyof C]: InstanceType<C[K]> };
  private rooms = new Uint32Array(0);
  private end = 0;

  constructor(private readonly types: C) {
    this.columns = this.allocate(0);
  }

  /** Bytes held by the arrays. */
  get bytes(): number {
    const arrays = [this.offsets, this.lengths, this.rooms, ...Object.values(this.columns)];
    return arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Makes sure that the rows 0 … rows − 1 exist; new ones are empty. */
  ensureRows(rows: number): void {
    this.offsets = withLength(this.offsets, rows);
    this.lengths = withLength(this.lengths, rows);
    this.rooms = withLength(this.rooms, rows);
  }

  /** Adds an entry to the end of a row and returns its slot; its numbers are left from whoever was there. */
  append(row: number): number {
    this.ensureRows(row + 1);
    const length = this.lengths[row]!;
    if (length === this.rooms[row]) this.makeRoom(row, Math.max(SMALLEST_ROOM, Math.ceil(length * 1.5)));
    this.lengths[row] = length + 1;
    return this.offsets[row]! + length;
  }

  /** Takes an entry out of a row; the ones after it move up. */
  remove(row: number, slot: number): void {
    const end = this.offsets[row]! + this.lengths[row]!;
    for (const column of Object.values(this.columns)) column.copyWithin(slot, slot + 1, end);
    this.lengths[row]! -= 1;
  }

  /** Takes all entries out of a row. */
  clear(row: number): void {
    if (row < this.lengths.length) this.lengths[row] = 0;
  }

  /** Gives up all room that no entry uses. */
  compact(): void {
    this.rooms.set(this.lengths);
    this.repack(0);
  }

  private makeRoom(row: number, room: number): void {
    if (this.end + room > this.slots()) this.repack(room);
    const from = this.offsets[row]!;
    const to = this.end;
    for (const column of Object.values(this.columns)) {
      column.copyWithin(to, from, from + this.lengths[row]!);
    }
    this.offsets[row] = to;
    this.rooms[row] = room;
    this.end = to + room;
  }

  /** Moves the rows into new arrays without gaps, leaving room for `extra` entries and some more at the end. */
  private repack(extra: number): void {
    const used = this.rooms.reduce((sum, room) => sum + room, 0);
    const old = this.columns;
    this.columns = this.allocate(extra === 0 ? used : Math.ceil((used + extra) * 1.25));
    this.end = 0;
    for (let row = 0; row < this.rooms.length; row++) {
      const from = this.offsets[row]!;
      for (const name in this.types) {
        this.columns[name].set(old[name].subarray(from, from + this.lengths[row]!), this.end);
      }
      this.offsets[row] = this.end;
      this.end += this.rooms[row]!;
    }
  }

  private allocate(slots: number): { [K in keyof C]: InstanceType<C[K]> } {
    const arrays = Object.entries(this.types).map(([name, Type]) => [name, new Type(slots)]);
    return Object.fromEntries(arrays);
  }

  private slots(): number {
    for (const column of Object.values(this.columns)) return column.length;
    return 0;
  }
}
