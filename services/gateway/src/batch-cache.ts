import { LruMap } from "@craic/runtime/lru-map.js";

/** Keeps what batch reads returned for a short while, ids that are not known included. */
export interface BatchCache<T> {
  /**
   * What is known of `ids`; those that are not known are absent. Where `load` fails, what was loaded before serves for
   * `staleMs` more; if that is not all, `failed` is told why, and may throw. Rejects as `load` does without it.
   */
  getMany(
    ids: Iterable<string>,
    load: (missing: string[]) => Promise<readonly T[]>,
    failed?: (error: unknown) => void,
  ): Promise<Map<string, T>>;
}

interface Entry<T> {
  /** Undefined when the id is not known. */
  readonly value: T | undefined;
  readonly expiresAtMs: number;
}

/**
 * @param ttlMs how long an entry is held
 * @param maxEntries the oldest leave when there are more
 * @param maxBatch most ids that one `load` may be asked for
 */
export function createBatchCache<T>({
  idOf,
  ttlMs,
  staleMs,
  maxEntries,
  maxBatch,
  now,
}: {
  idOf: (value: T) => string;
  ttlMs: number;
  staleMs: number;
  maxEntries: number;
  maxBatch: number;
  now: () => Date;
}): BatchCache<T> {
  /** The one loaded longest ago leaves first. */
  const entries = new LruMap<string, Entry<T>>(maxEntries);

  return {
    async getMany(ids, load, failed = rethrow) {
      const nowMs = now().getTime();
      const found = new Map<string, T>();
      const missing: string[] = [];
      for (const id of new Set(ids)) {
        const entry = entries.peek(id);
        if (entry === undefined || entry.expiresAtMs <= nowMs) missing.push(id);
        else if (entry.value !== undefined) found.set(id, entry.value);
      }
      async function fetch(batch: string[]): Promise<void> {
        try {
          for (const value of await load(batch)) found.set(idOf(value), value);
          for (const id of batch) entries.set(id, { value: found.get(id), expiresAtMs: nowMs + ttlMs });
        } catch (error) {
          const held = batch
            .flatMap((id) => entries.peek(id) ?? [])
            .filter(({ expiresAtMs }) => nowMs < expiresAtMs + staleMs);
          for (const { value } of held) if (value !== undefined) found.set(idOf(value), value);
          if (held.length < batch.length) failed(error);
        }
      }

      const batches: Promise<void>[] = [];
      for (let i = 0; i < missing.length; i += maxBatch) batches.push(fetch(missing.slice(i, i + maxBatch)));
      await Promise.all(batches);
      return found;
    },
  };
}

function rethrow(error: unknown): never {
  throw error;
}
