/** Keeps what batch reads returned for a short while, ids that are not known included. */
export interface BatchCache<T> {
  /** What is known of `ids`; those that are not known are absent. Rejects as `load` does. */
  getMany(ids: Iterable<string>, load: (missing: string[]) => Promise<readonly T[]>): Promise<Map<string, T>>;
}

interface Entry<T> {
  /** Undefined when the id is not known. */
  readonly value: T | undefined;
  readonly expiresAtMs: number;
}

/**
 * @param maxEntries the oldest leave when there are more
 * @param maxBatch most ids that one `load` may be asked for
 */
export function createBatchCache<T>({
  idOf,
  ttlMs,
  maxEntries,
  maxBatch,
  now,
}: {
  idOf: (value: T) => string;
  ttlMs: number;
  maxEntries: number;
  maxBatch: number;
  now: () => Date;
}): BatchCache<T> {
  const entries = new Map<string, Entry<T>>();

  function keep(id: string, entry: Entry<T>): void {
    // Deleting first moves the id to the end, so that the map's first key is the one loaded longest ago.
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size <= maxEntries) return;
    for (const oldest of entries.keys()) {
      entries.delete(oldest);
      break;
    }
  }

  return {
    async getMany(ids, load) {
      const nowMs = now().getTime();
      const found = new Map<string, T>();
      const missing: string[] = [];
      for (const id of new Set(ids)) {
        const entry = entries.get(id);
        if (entry === undefined || entry.expiresAtMs <= nowMs) missing.push(id);
        else if (entry.value !== undefined) found.set(id, entry.value);
      }
      const batches: Promise<readonly T[]>[] = [];
      for (let i = 0; i < missing.length; i += maxBatch) batches.push(load(missing.slice(i, i + maxBatch)));
      for (const values of await Promise.all(batches)) {
        for (const value of values) found.set(idOf(value), value);
      }
      for (const id of missing) keep(id, { value: found.get(id), expiresAtMs: nowMs + ttlMs });
      return found;
    },
  };
}
