/** What headers can be made of. */
export type HeaderSource = NonNullable<ConstructorParameters<typeof Headers>[0]>;

/** The one header of which each value stands for itself. */
const SET_COOKIE = "set-cookie";

/**
 * The headers of one call, as fetch's Headers in all but this: names and values are not checked at every touch, as they
 * are where they go on a wire (metadata.ts), and they are told in the order in which they came.
 */
export class CallHeaders implements Headers {
  private readonly names: string[] = [];
  /** That of each name. */
  private readonly held: string[] = [];

  constructor(source?: HeaderSource) {
    if (source !== undefined) for (const [name, value] of pairsOf(source)) this.append(name, value);
  }

  get(name: string): string | null {
    const key = name.toLowerCase();
    if (key === SET_COOKIE) return this.getSetCookie().join(", ") || null;
    const at = this.names.indexOf(key);
    return at < 0 ? null : this.held[at]!;
  }

  has(name: string): boolean {
    return this.names.includes(name.toLowerCase());
  }

  set(name: string, value: string): void {
    const key = name.toLowerCase();
    const at = this.names.indexOf(key);
    if (at >= 0 && key !== SET_COOKIE) {
      this.held[at] = value;
      return;
    }
    if (at >= 0) this.delete(key);
    this.names.push(key);
    this.held.push(value);
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const at = key === SET_COOKIE ? -1 : this.names.indexOf(key);
    if (at >= 0) {
      this.held[at] += `, ${value}`;
      return;
    }
    this.names.push(key);
    this.held.push(value);
  }

  delete(name: string): void {
    const key = name.toLowerCase();
    for (let at = this.names.indexOf(key); at >= 0; at = this.names.indexOf(key)) {
      this.names.splice(at, 1);
      this.held.splice(at, 1);
    }
  }

  getSetCookie(): string[] {
    return this.held.filter((_, at) => this.names[at] === SET_COOKIE);
  }

  forEach(told: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this) told.call(self, value, name, this);
  }

  *entries(): Generator<[string, string], undefined> {
    for (let at = 0; at < this.names.length; at++) yield [this.names[at]!, this.held[at]!];
  }

  *keys(): Generator<string, undefined> {
    yield* this.names;
  }

  *values(): Generator<string, undefined> {
    yield* this.held;
  }

  [Symbol.iterator](): Generator<[string, string], undefined> {
    return this.entries();
  }
}

/** Names and values of headers in any form. */
export function pairsOf(source: HeaderSource): Iterable<readonly [string, string]> {
  return Symbol.iterator in source
    ? (source as Iterable<[string, string]>)
    : Object.entries(source as Record<string, string>);
}
