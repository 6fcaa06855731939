/**
 * A Map of at most so many entries, of which the one that nobody has used for longest leaves first.
 *
 * The order is a list through the entries. A Map of V8's has an order too, but one whose first key lies behind the holes
 * of all that left before it, and that needs a new table for every few thousand entries taken out and put back at its
 * end: thousands of steps a call, and garbage that is old when it is made.
 */
export class LruMap<Key, Value> {
  private readonly entries = new Map<Key, Entry<Key, Value>>();
  private first: Entry<Key, Value> | undefined;
  private last: Entry<Key, Value> | undefined;

  constructor(private readonly most = Number.POSITIVE_INFINITY) {}

  get size(): number {
    return this.entries.size;
  }

  /** The value that nobody has used for longest. */
  get leastRecent(): Value | undefined {
    return this.first?.value;
  }

  /** Counts as a use. */
  get(key: Key): Value | undefined {
    const entry = this.entries.get(key);
    if (entry !== undefined) this.moveToEnd(entry);
    return entry?.value;
  }

  /** Counts as a use of the entry, if there is one. */
  touch(key: Key): void {
    this.get(key);
  }

  /** Does not count as a use. */
  peek(key: Key): Value | undefined {
    return this.entries.get(key)?.value;
  }

  /** Counts as a use. */
  set(key: Key, value: Value): void {
    const known = this.entries.get(key);
    if (known !== undefined) {
      known.value = value;
      this.moveToEnd(known);
      return;
    }
    const entry = { key, value, before: undefined, after: undefined };
    this.entries.set(key, entry);
    this.append(entry);
    if (this.entries.size > this.most) this.delete(this.first!.key);
  }

  delete(key: Key): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    this.entries.delete(key);
    this.unlink(entry);
    return true;
  }

  clear(): void {
    this.entries.clear();
    this.first = undefined;
    this.last = undefined;
  }

  private moveToEnd(entry: Entry<Key, Value>): void {
    if (entry === this.last) return;
    this.unlink(entry);
    this.append(entry);
  }

  private append(entry: Entry<Key, Value>): void {
    entry.before = this.last;
    if (this.last === undefined) this.first = entry;
    else this.last.after = entry;
    this.last = entry;
  }

  /** It refers to no other from then on: one that is old would keep them until the next major collection. */
  private unlink(entry: Entry<Key, Value>): void {
    const { before, after } = entry;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    entry.before = undefined;
    entry.after = undefined;
  }
}

interface Entry<Key, Value> {
  readonly key: Key;
  value: Value;
  /** The one used just before it, and the one used just after. */
  before: Entry<Key, Value> | undefined;
  after: Entry<Key, Value> | undefined;
}
